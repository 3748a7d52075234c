import { execFileSync } from "node:child_process";

import fc from "fast-check";
import { expect, test } from "vitest";

import { isLongTier } from "../../../../test/tier.ts";
import { shellCommands } from "./shell-commands.ts";

/** What bash hands to `p`, a function that prints its arguments, in the order of the calls. */
function wordsOfBash(text: string): string[][] {
  const prints = `exec 3>&1; p() { printf '%s\\0' "$#" "$@" >&3; }
h() { local body; IFS= read -r -d '' body; p "$@" "$body"; }; set -f +B\n`;
  const options = { encoding: "utf8", timeout: 60_000, env: { LC_ALL: "C" } } as const;
  const stdio = ["ignore", "pipe", "pipe"] as const;
  const output = execFileSync("bash", ["--norc", "-c", prints + text], {
    ...options,
    stdio: [...stdio],
  });
  const parts = output.split("\0").slice(0, -1);
  const calls: string[][] = [];
  while (parts.length > 0) calls.push(parts.splice(0, Number(parts.shift())));
  return calls;
}

/** The same of ours: the arguments of `p` and `h`. */
function wordsOfOurs(text: string): string[][] {
  return shellCommands(text).map(({ words }) => {
    const [, ...rest] = words.filter(({ kind }) => kind !== "redirection");
    return rest.map((word) => word.text);
  });
}

/** Without what stands for a substitution, whose value is nothing here; and, as quotes may hold the same, without that. */
function withoutMarks(word: string): string {
  const rest = word.replaceAll("$()", "");
  return rest === word ? word : withoutMarks(rest);
}

const withoutMarksIn = (calls: string[][]): string[][] => {
  return calls.map((words) => words.map(withoutMarks));
};

const text = (characters: string, minLength = 0): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters.split("")), minLength, maxLength: 5 });

// No `[` unquoted: with one before a substitution, bash 5.2 now and then ends with a fault of its own.
const grammar = fc.letrec<{ script: string; word: string; inner: string; command: string }>(
  (tie) => ({
    script: fc
      .array(
        fc.tuple(
          tie("command"),
          fc.constantFrom(";", "\n", " && ", " ; ", "\n\n", " # it's (\n", "&&\n", ";\\\n"),
        ),
        { minLength: 1, maxLength: 3 },
      )
      .map((parts) =>
        parts
          .flat()
          .join("")
          .replace(/&&\s*$/, ""),
      ),
    word: fc
      .array(
        fc.oneof(
          { maxDepth: 3, depthSize: "small" },
          text("abc.,:/=-_%@+^]*?{}!", 1).map((plain) => `x${plain}`),
          text('abc \t\n"\\$`#;|&<>(){}*?~!').map((inner) => `'${inner}'`),
          text("ab #;|&<>(){}*'?~!\n\t").map((inner) => `"${inner}"`),
          fc.constantFrom(
            '"\\"\\\\"',
            '"a\\b\\$\\`"',
            '"\\\nx"',
            "\\ ",
            "\\'",
            '\\"',
            "\\\\",
            "\\\n",
            "\\;",
            "\\#",
            "\\$",
            "\\n",
          ),
          fc.constantFrom(
            "$'\\n\\t\\x41\\101\\u0042\\'\\\\\\q'",
            "$'a\\0b'c",
            "$'\\ca'",
            "$'a\"b'",
            '$"a b"',
            "$'\\x'",
          ),
          tie("inner").map((inner) => `"$( ${inner}\n)"`),
          tie("inner").map((inner) => `"a $(${inner}) b"`),
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((parts) => parts.join("")),
    // Without here-documents: bash 5.2 loses a `;` behind one when it reads a substitution again.
    inner: fc
      .array(fc.array(tie("word"), { maxLength: 3 }), { minLength: 1, maxLength: 2 })
      .map((calls) => calls.map((words) => `p ${words.join(" ")}`).join(" ;")),
    command: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      fc
        .tuple(
          fc.array(tie("word"), { maxLength: 4 }),
          fc.constantFrom("", " 2>&1", " >&2 ", " <<<'a b'"),
        )
        .map(
          ([words, redirection]) =>
            `p ${words.join(" ")}${redirection.includes("<<<") ? "" : redirection}`,
        ),
      tie("script").map((inner) => `( ${inner}\n)`),
      tie("script").map((inner) => `{ ${inner}\n}`),
      tie("script").map((inner) => `if ${inner}\nthen p\nfi`),
      fc
        .tuple(
          tie("word"),
          text("ab '\"#;|&<>(){}*?~!\n\t"),
          fc.constantFrom("<<E", "<<'E'", '<< "E"', "<<\\E"),
        )
        .map(([word, body, operator]) => `h ${word} ${operator} x\n${body}\nE\n:`)
        .map((command) => command.replace(/\n:$/, "\np end")),
    ),
  }),
);

test(
  "the words are those that bash makes of the same text",
  () => {
    fc.assert(
      fc.property(grammar.script, (script) => {
        expect(withoutMarksIn(wordsOfOurs(script))).toEqual(withoutMarksIn(wordsOfBash(script)));
      }),
      // Most of the time goes to the processes that bash itself starts, for each subshell and substitution.
      // The short tier has the same scripts each time: a fault of the bash that is installed is no news of a change.
      isLongTier ? { numRuns: 1_500 } : { numRuns: 30, seed: 20261122 },
    );
  },
  isLongTier ? 600_000 : 60_000,
);

test("quotes that hold what stands for a substitution are no difference", () => {
  const script = `p '$()' "$(p a)"'$()' $'$()' "\\$"'()' '$'"$(p b)"'()'`;
  expect(withoutMarksIn(wordsOfOurs(script))).toEqual(withoutMarksIn(wordsOfBash(script)));
});
