"""Points on two figures with their intervals, as data for the page's chart script and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from regulars.interfaces.web.charts import Chart, Unit

_SYMBOLS = ("circle", "diamond", "triangle", "rect")
_LINE = "path://M0,4 L12,4 L12,6 L0,6 z"


@dataclass(frozen=True, slots=True)
class Axis:
    """What is drawn along it. currency: of values that are money."""

    name: str
    unit: Unit
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A point. x, y: the value and the ends of its interval. text: what is said about it when it is pointed at."""

    x: tuple[float, float, float]
    y: tuple[float, float, float]
    text: str


@dataclass(frozen=True, slots=True)
class Dots:
    """Points that belong together. `colour` picks --chart-1 to --chart-6. joined: a line leads through them."""

    name: str
    dots: Sequence[Dot]
    colour: int
    joined: bool = False


def scatter(
    *,
    key: str,
    summary: str,
    across: Axis,
    upwards: Axis,
    groups: Sequence[Dots],
    intervals: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> Chart:
    """Every group has a symbol of its own beside its colour. intervals: how the legend calls the lines through points.

    columns, rows: the same in words, for everybody else.
    """
    there = [each for each in groups if each.dots]
    every = [dot for each in there for dot in each.dots]
    series = [_whiskers(every, intervals), *(_joined(each) for each in there if each.joined)]
    if not any(each["data"] for each in series[:1]):
        series = series[1:]
    series += [_group(each, _SYMBOLS[at % len(_SYMBOLS)]) for at, each in enumerate(groups) if each.dots]
    options = {
        "regulars": {"unit": upwards.unit, "currency": upwards.currency, "across": _written(across)},
        "grid": {"left": 8, "right": 24, "top": 40, "bottom": 84, "containLabel": True},
        "legend": {"bottom": 0, "itemWidth": 12, "itemHeight": 10, "itemGap": 16, "data": _legend(there, series[0])},
        "xAxis": {"type": "value", "scale": True, "name": across.name, "nameLocation": "middle", "nameGap": 28},
        "yAxis": {"type": "value", "scale": True, "name": upwards.name},
        "series": series,
    }
    return Chart(key=key, summary=summary, options=options, columns=columns, rows=rows, empty=not every)


def _legend(groups: Sequence[Dots], first: dict[str, Any]) -> list[dict[str, str]]:
    """Symbols by themselves, and a short line for the intervals, where there are some."""
    names = [{"name": each.name} for each in groups]
    return names if first["type"] != "line" else [*names, {"name": first["name"], "icon": _LINE}]


def _written(axis: Axis) -> dict[str, str]:
    return {"unit": axis.unit, "currency": axis.currency}


def _group(group: Dots, symbol: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": group.name,
        "symbol": symbol,
        "symbolSize": 12,
        "regularsColour": group.colour,
        "z": 3,
        "data": [{"value": [each.x[0], each.y[0]], "text": each.text} for each in group.dots],
    }


def _whiskers(dots: Sequence[Dot], name: str) -> dict[str, Any]:
    """Both intervals of every point, as one line with gaps."""
    data: list[list[float] | list[str]] = []
    for each in dots:
        if each.x[1] < each.x[2]:
            data += [[each.x[1], each.y[0]], [each.x[2], each.y[0]], ["-", "-"]]
        if each.y[1] < each.y[2]:
            data += [[each.x[0], each.y[1]], [each.x[0], each.y[2]], ["-", "-"]]
    line = {"type": "line", "name": name, "data": data, "showSymbol": False, "silent": True, "regularsColour": 6}
    return line | {"lineStyle": {"width": 1, "opacity": 0.55}, "z": 1}


def _joined(group: Dots) -> dict[str, Any]:
    places = sorted([each.x[0], each.y[0]] for each in group.dots)
    line = {"type": "line", "name": group.name, "data": places, "showSymbol": False, "silent": True, "z": 2}
    return line | {"regularsColour": group.colour, "lineStyle": {"width": 1.5, "type": "dashed"}}
