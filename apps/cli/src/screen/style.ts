import { styleText } from "node:util";

import type { Style } from "../command.ts";

type Paint = (text: string) => string;

const asItIs: Paint = (text) => text;

/** That of an output which is no terminal. */
export const PLAIN: Style = {
  bold: asItIs,
  dim: asItIs,
  green: asItIs,
  yellow: asItIs,
  red: asItIs,
};

/** That of a terminal: in colours, unless `NO_COLOR` (no-color.org) or a dumb terminal forbids them. */
export function styleOf(
  env: Readonly<Record<string, string | undefined>>,
  columns: number | undefined,
): Style {
  if (env["NO_COLOR"] || env["TERM"] === "dumb") return { ...PLAIN, columns };
  return {
    columns,
    bold: paintIn("bold"),
    dim: paintIn("dim"),
    green: paintIn("green"),
    yellow: paintIn("yellow"),
    red: paintIn("red"),
  };
}

/** Whether there may be colours is decided above: newer versions of Node would ask stdout. */
function paintIn(format: "bold" | "dim" | "green" | "yellow" | "red"): Paint {
  return (text) => styleText(format, text, { validateStream: false });
}
