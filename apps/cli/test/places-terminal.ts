import { stripVTControlCharacters } from "node:util";

import { expect, test } from "vitest";

import { isInstalled } from "../../../test/is-installed.ts";
import { preparedPlace } from "./golden/prepared-place.ts";
import { HOSTILE } from "./golden/texts.ts";
import { type Program, runWords } from "./places-program.ts";

const COMMANDS = [
  "plans",
  "plans show search",
  "lease list",
  "lease grant 3",
  "planning status",
  "closeout-report --phase 1",
  "run-state",
  "tracker",
  "tracker journal build",
  "status",
  "doctor",
  "plans show no-such-plan --verbose",
];

const LOOKS_OF_TERMINALS: readonly TerminalLook[] = [
  ["in colours", {}, true],
  ["without colours where NO_COLOR is set", { NO_COLOR: "1" }, false],
  ["without colours on a dumb terminal", { TERM: "dumb" }, false],
];
type TerminalLook = readonly [
  title: string,
  env: Readonly<Record<string, string>>,
  hasColours: boolean,
];

/** Begins and ends the colours that `Style` knows. */
const OWN_COLOURS = new RegExp(String.raw`\u001b\[(?:1|2|22|31|32|33|39)m`, "g");
/** A terminal turns line feeds into both. */
const UNSAFE = /[^\P{Cc}\n]|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

/** That what agents have written does nothing to a real terminal. */
export function testTerminal({ words }: Program): void {
  test.for(LOOKS_OF_TERMINALS)(
    "a terminal is shown hostile text %s, and nothing of it acts there",
    async ([, others, hasColours], context) => {
      const isThere = process.platform === "linux" && isInstalled("script");
      context.skip(!isThere, "there is no script of util-linux here");
      const { dir, env } = await preparedPlace(HOSTILE);
      const options = { cwd: dir, env: { TERM: "xterm-256color", ...env, ...others } };
      const drawn = await Promise.all(
        COMMANDS.map(async (command) => {
          const called = [...words, ...command.split(" ")].map((word) => `'${word}'`).join(" ");
          const line = `stty cols 100 rows 40; ${called}`;
          const { stdout } = await runWords(["script", "-qec", line, "/dev/null"], options);
          return { command, text: stdout.replaceAll("\r\n", "\n") };
        }),
      );
      for (const { command, text } of drawn) {
        expect.soft(text.replaceAll(OWN_COLOURS, ""), command).not.toMatch(UNSAFE);
        const allowed = hasColours ? text : stripVTControlCharacters(text);
        expect.soft(text, command).toBe(allowed);
      }
      const shown = drawn.map(({ text }) => text).join("");
      expect(OWN_COLOURS.test(shown)).toBe(hasColours);
      expect(shown).toContain(String.raw`\u{1b}`);
    },
  );
}
