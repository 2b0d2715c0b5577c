// Copies the two cuts of Inter that our languages need, with its licence, next to the style sheet.
import { copyFileSync, mkdirSync } from "node:fs";

const from = new URL("./node_modules/@fontsource-variable/inter/", import.meta.url);
const to = new URL("../src/regulars/interfaces/web/static/web/fonts/", import.meta.url);
mkdirSync(to, { recursive: true });
for (const [source, target] of [
  ["files/inter-latin-wght-normal.woff2", "inter-latin.woff2"],
  ["files/inter-latin-ext-wght-normal.woff2", "inter-latin-ext.woff2"],
  ["LICENSE", "Inter-LICENSE.txt"],
]) copyFileSync(new URL(source, from), new URL(target, to));
