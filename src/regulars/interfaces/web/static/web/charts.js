// Draws every [data-chart]: options come as JSON from the page, colours from the style sheet.
(() => {
  "use strict";
  const root = document.documentElement;
  const drawn = new Map();
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);

  // ECharts mixes colours itself and knows rgb only; our style sheet speaks oklch.
  const colour = (name, alpha = 1) => {
    probe.style.color = `var(${name})`;
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = getComputedStyle(probe).color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return `rgba(${red},${green},${blue},${alpha})`;
  };

  const formats = ({ unit, currency }) => {
    const style = currency
      ? { style: "currency", currency }
      : { ...(unit === "percent" ? { style: "percent" } : {}), maximumFractionDigits: 1 };
    const full = new Intl.NumberFormat(root.lang || "en", { ...style, numberingSystem: "latn" });
    const short = new Intl.NumberFormat(root.lang || "en", { ...style, notation: unit === "percent" ? "standard" : "compact", numberingSystem: "latn" });
    return { full: (value) => (value == null ? "–" : full.format(value)), short: (value) => short.format(value) };
  };

  const themed = (options, summary) => {
    const text = colour("--color-base-content");
    const quiet = colour("--color-base-content", 0.76);
    const line = colour("--color-base-300");
    const surface = colour("--color-base-100");
    const { full, short } = formats(options.regulars);
    const rightToLeft = root.dir === "rtl";
    const font = getComputedStyle(document.body).fontFamily;
    const { regulars, ...rest } = options;
    const chart = {
      ...rest,
      animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 400,
      textStyle: { fontFamily: font, color: text, fontSize: 12 },
      aria: { enabled: true, label: { description: summary }, decal: { show: matchMedia("(prefers-contrast: more)").matches } },
      tooltip: {
        trigger: rest.xAxis && !regulars.across ? "axis" : "item",
        renderMode: "richText", // drawn inside the picture: the content policy allows no inline style
        backgroundColor: surface,
        borderColor: line,
        borderWidth: 1,
        padding: [8, 12],
        textStyle: { color: text, fontSize: 12, fontFamily: font },
        valueFormatter: full,
        ...(regulars.across ? { formatter: ({ data }) => data.text ?? "" } : {}),
        axisPointer: { type: "line", lineStyle: { color: quiet, type: "dashed" } },
      },
    };
    if (rest.legend) chart.legend = { ...rest.legend, textStyle: { color: quiet, fontFamily: font }, inactiveColor: line };
    if (rest.xAxis) {
      chart.xAxis = { ...rest.xAxis, inverse: rightToLeft, axisLabel: { color: quiet, hideOverlap: true }, axisTick: { show: false }, axisLine: { lineStyle: { color: line } } };
      if (regulars.across) {
        chart.xAxis.axisLabel.formatter = formats(regulars.across).short;
        chart.xAxis.nameTextStyle = { color: quiet, fontFamily: font };
        chart.xAxis.splitLine = { show: false };
      }
      chart.yAxis = { ...rest.yAxis, position: rightToLeft ? "right" : "left", splitNumber: 4, axisLabel: { color: quiet, formatter: short }, splitLine: { lineStyle: { color: line } } };
      if (regulars.across) chart.yAxis.nameTextStyle = { color: quiet, fontFamily: font, align: rightToLeft ? "right" : "left", padding: rightToLeft ? [0, -34, 0, 0] : [0, 0, 0, -34] };
    }
    const own = (part) => ({ ...part, itemStyle: { ...part.itemStyle, color: colour(`--chart-${part.regularsColour}`) } });
    chart.series = rest.series.map((series) => {
      const one = series.regularsColour ? own(series) : { ...series };
      if (one.type === "line") one.lineStyle = { ...one.lineStyle, color: one.itemStyle.color };
      if (one.type === "bar") one.itemStyle = { ...one.itemStyle, borderRadius: series.stack ? 0 : [3, 3, 0, 0] };
      if (one.type === "pie") {
        one.data = one.data.map(own);
        one.label = { ...one.label, color: text, fontFamily: font };
        one.itemStyle = { ...one.itemStyle, borderColor: surface, borderWidth: 2 };
      }
      return one;
    });
    return chart;
  };

  const draw = (place) => {
    const options = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    const chart = drawn.get(place) ?? echarts.init(place, null, { renderer: "svg" });
    drawn.set(place, chart);
    chart.setOption(themed(options, place.dataset.summary), { notMerge: true });
  };
  const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);

  const sizes = new ResizeObserver((entries) => entries.forEach((entry) => drawn.get(entry.target)?.resize()));
  drawAll();
  drawn.forEach((_, place) => sizes.observe(place));
  new MutationObserver(drawAll).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  document.fonts?.ready.then(drawAll);
})();
