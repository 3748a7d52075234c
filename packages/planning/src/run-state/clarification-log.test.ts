import fc from "fast-check";
import { expect, test } from "vitest";

import {
  assertClarification,
  type Clarification,
  type ClarificationRequest,
  clarificationsIn,
  recordClarificationIn,
} from "./clarification-log.ts";
import { bytesOf, openLog, readLog } from "./markdown-log.ts";

const TIME = "2026-07-01T10:00:00.000Z";

function record(
  before: string,
  request: ClarificationRequest,
): { text: string; now: Clarification } {
  const made = recordClarificationIn(openLog(Buffer.from(before)), request, TIME);
  return { text: Buffer.from(bytesOf(made.log)).toString(), now: made.clarification };
}

const listed = (text: string): Clarification[] => clarificationsIn(openLog(Buffer.from(text)));

test("a question is pending until it is answered, and what was there stays", () => {
  const asked = record("", { question: "Which database?\nOr none?", plan: "02-1" });
  const pending = { id: "C-1", question: "Which database?\nOr none?", plan: "02-1", answer: null };
  expect(asked.now).toEqual(pending);
  const second = record(asked.text, { question: "Why?", answer: "Because." });
  expect(second.now).toEqual({ id: "C-2", question: "Why?", plan: null, answer: "Because." });
  const answered = record(second.text, { id: "C-1", answer: "PostgreSQL." });
  expect(answered.now).toEqual({ ...pending, answer: "PostgreSQL." });
  expect(answered.text).toBe(`# Clarifications

## C-1

- Asked: ${TIME}
- Plan: 02-1

> Which database?
> Or none?

### Answer

- Answered: ${TIME}

> PostgreSQL.

## C-2

- Asked: ${TIME}

> Why?

### Answer

- Answered: ${TIME}

> Because.
`);
});

test("what a user has written under the heading is an answer", () => {
  const { text } = record("", { question: "Which?" });
  const empty = `${text}\n### Answer\n`;
  expect(listed(empty)).toMatchObject([{ answer: null }]);
  expect(listed(`${empty}\nThe blue one.\n`)).toMatchObject([{ answer: "The blue one." }]);
  const { text: both, now } = record(`${empty}\n### Notes\n\nNone.\n`, {
    id: "C-1",
    answer: "Red.",
  });
  expect(now.answer).toBe("Red.");
  expect(both).toMatch(/> Red\.\n\n### Notes\n\nNone\.\n$/);
});

test.each(["<!-- write here -->", "<!--\n> an example\n-->", " \n\t"])(
  "%j under the heading is no answer yet",
  (form) => {
    const { text } = record("", { question: "Which?" });
    const waiting = `${text}\n### Answer\n\n${form}\n`;
    expect(listed(waiting)).toMatchObject([{ answer: null }]);
    const { now } = record(waiting, { id: "C-1", answer: "Red." });
    expect(now.answer).toBe("Red.");
  },
);

test("an answer beside a comment is that answer", () => {
  const { text } = record("", { question: "Which?" });
  const form = "<!-- write\nbelow -->\nThe `<!-- blue -->` one.";
  expect(listed(`${text}\n### Answer\n\n${form}\n`)).toMatchObject([
    { answer: "The `<!-- blue -->` one." },
  ]);
});

test.each([
  ["NUL bytes", "\0"],
  ["half a character", Buffer.from([0xc3])],
  ["an open fence", "\n```\n## C-2\n\n> Why?\n"],
  ["an open comment", "\n<!-- later\n\n## C-2\n\n> Why?\n"],
])("a log with %s is damaged: a question may be hidden in it", (_, rest) => {
  const { text } = record("", { question: "Which?", answer: "Red." });
  expect(() => readLog(Buffer.concat([Buffer.from(text), Buffer.from(rest)]))).toThrow(
    expect.objectContaining({ code: "PLANNING_RUN_DAMAGED" }),
  );
});

test.each([
  ["C-9", "there is no clarification C-9"],
  ["C-1", "C-1 is answered already"],
])("%s cannot be answered", (id, reason) => {
  const { text } = record("", { question: "Why?", answer: "Because." });
  expect(() => record(text, { id, answer: "x" })).toThrow(
    expect.objectContaining({ code: "PLANNING_CLARIFICATION_UNKNOWN", message: reason }),
  );
});

test.each([
  [{ question: " " }],
  [{ question: "a", answer: "\n" }],
  [{ id: "C-1", answer: "<!-- a -->" }],
  [{ id: "1", answer: "a" }],
  [{ id: "C-1", answer: "" }],
  [{ question: "a", plan: "../b" }],
])("%j is neither a question nor an answer", (request) => {
  expect(() => assertClarification(request)).toThrow(
    expect.objectContaining({ code: "PLANNING_RUN_INVALID" }),
  );
});

test("whatever is asked and answered, each text stays with its question", () => {
  const text = fc
    .array(
      fc.constantFrom(
        "```",
        "<!--",
        "-->",
        "\n",
        "\r\n",
        "### Answer",
        "## C-9",
        "# x",
        "===",
        "a",
        "> ",
        "- Plan: 9",
        "<pre>",
      ),
      { minLength: 1, maxLength: 8 },
    )
    .map((pieces) => `q${pieces.join("")}`);
  const lines = (given: string): string =>
    given
      .replaceAll("\r\n", "\n")
      .split("\n")
      .map((line) => line.trimEnd())
      .join("\n")
      .trimEnd();
  fc.assert(
    fc.property(fc.array(fc.record({ question: text, answer: text }), { maxLength: 4 }), (all) => {
      let file = "";
      for (const { question } of all) file = record(file, { question }).text;
      for (const [index, { answer }] of [...all.entries()].toReversed()) {
        file = record(file, { id: `C-${index + 1}`, answer }).text;
      }
      expect(listed(file)).toEqual(
        all.map(({ question, answer }, index) => ({
          id: `C-${index + 1}`,
          question: lines(question),
          plan: null,
          answer: lines(answer),
        })),
      );
    }),
  );
});
