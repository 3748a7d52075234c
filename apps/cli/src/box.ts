import stringWidth from "fast-string-width";
import { wrapAnsi } from "fast-wrap-ansi";

import type { Style } from "./command.ts";

export interface Section {
  readonly title: string;
  /** Safe for a terminal, coloured or not. */
  readonly lines: readonly string[];
}

// Wider ones are hard to read, and narrower ones have no room for words.
const WIDEST = 120;
const NARROWEST = 24;
// Its two sides, and a space inside of each.
const FRAME = 4;

/** How wide a line in a box may be; undefined where there is none, as the output is no terminal that tells its width. */
export function boxWidth({ columns }: Style): number | undefined {
  if (columns === undefined || columns < NARROWEST) return undefined;
  return Math.min(columns, WIDEST) - FRAME;
}

/** Each section in a box on a terminal, its lines wrapped; elsewhere under its title, its lines as they are. */
export function sections(all: readonly Section[], style: Style): string {
  const width = boxWidth(style);
  const shown = all.map((section) =>
    width === undefined ? plain(section, style) : boxed(section, width, style),
  );
  return shown.join(width === undefined ? "\n\n" : "\n");
}

function plain({ title, lines }: Section, { bold }: Style): string {
  return [bold(title), ...lines.map((line) => `  ${line}`)].join("\n");
}

function boxed({ title, lines }: Section, width: number, { bold, dim }: Style): string {
  const wrapped = lines.flatMap((line) =>
    wrapAnsi(line, width, { hard: true, trim: false }).split("\n"),
  );
  const rule = "─".repeat(Math.max(0, width - stringWidth(title) - 1));
  return [
    `${dim("╭─")} ${bold(title)} ${dim(`${rule}╮`)}`,
    ...wrapped.map((line) => {
      const gap = " ".repeat(Math.max(0, width - stringWidth(line)));
      return `${dim("│")} ${line}${gap} ${dim("│")}`;
    }),
    dim(`╰${"─".repeat(width + 2)}╯`),
  ].join("\n");
}
