// Copies the two cuts of Inter that our languages need, and the licences of what we ship, next to the style sheet.
import { copyFileSync, mkdirSync } from "node:fs";

const from = new URL("./node_modules/", import.meta.url);
const to = new URL("../src/regulars/interfaces/web/static/web/", import.meta.url);
mkdirSync(new URL("fonts/", to), { recursive: true });
for (const [source, target] of [
  ["@fontsource-variable/inter/files/inter-latin-wght-normal.woff2", "fonts/inter-latin.woff2"],
  ["@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2", "fonts/inter-latin-ext.woff2"],
  ["@fontsource-variable/inter/LICENSE", "fonts/Inter-LICENSE.txt"],
  ["echarts/LICENSE", "echarts-LICENSE.txt"],
  ["echarts/NOTICE", "echarts-NOTICE.txt"],
  ["zrender/LICENSE", "zrender-LICENSE.txt"],
]) copyFileSync(new URL(source, from), new URL(target, to));
