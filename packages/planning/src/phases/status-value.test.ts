import fc from "fast-check";
import { expect, test } from "vitest";

import { type PhaseStatusWord, statusOfWord } from "./phase-status.ts";
import { withStatus } from "./status-value.ts";

test.each([
  [" Not started", "done", " Done"],
  [" Not Started", "in_progress", " In Progress"],
  [" NOT STARTED", "in_progress", " IN PROGRESS"],
  [" not_started", "in_progress", " in_progress"],
  [" not-started", "in_progress", " in-progress"],
  [" todo", "in_progress", " in_progress"],
  [" Todo", "in_progress", " In progress"],
  [" In progress", "todo", " Todo"],
  [" In progress", "not_started", " Not started"],
  [" COMPLETED", "not_started", " NOT STARTED"],
  [" done", "todo", " todo"],
  [" Complete (2026-05-01)  ", "in_progress", " In progress (2026-05-01)  "],
  [" **Done** since May", "todo", " **Todo** since May"],
  [" _Done_", "in_progress", " _In progress_"],
  [" `in_progress`", "done", " `done`"],
  [" [ ]", "done", " [x]"],
  [" [-] In progress", "done", " [x] Done"],
  [" [ ] waiting for [x](url)", "in_progress", " [-] waiting for [x](url)"],
  [" waiting [ ]", "done", " waiting [x]"],
  [" see [x](url)", "todo", " Todo"],
  [" Blocked by $& \\1  ", "done", " Done  "],
  [" doneish", "done", " Done"],
  ["", "in_progress", " In progress"],
  ["  ", "done", " Done  "],
  ["x", "done", " Done"],
  [" Blocked <!-- [ ] Todo", "done", " Done <!-- [ ] Todo"],
  [" <!-- a -->", "done", " Done <!-- a -->"],
] as const)("%j set to %s is %j", (value, status, expected) => {
  expect(withStatus(value, status)).toBe(expected);
});

test.each([
  [" Todo", "not_started"],
  [" Not started", "todo"],
  [" Complete", "done"],
  [" Completed!", "done"],
  [" [X] done", "done"],
  ["In-Progress", "in_progress"],
] as const)("%j says %s already, and stays", (value, status) => {
  expect(withStatus(value, status)).toBe(value);
});

const parts = [
  "Done",
  "todo",
  "In_Progress",
  "not started",
  "[ ]",
  "[x]",
  "[-]",
  " ",
  "\t",
  "*",
  "`",
  "_",
  "<!--",
  "$&",
  "\xFF",
  "a-",
  "(",
];
const value = fc
  .array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 3 })), { maxLength: 6 })
  .map((texts) => texts.join("").replaceAll(/[\r\n]/g, ""));
const status = fc.constantFrom<PhaseStatusWord>("not_started", "todo", "in_progress", "done");

test("whatever the value, setting it again changes nothing, and the way there does not matter", () => {
  fc.assert(
    fc.property(value, status, (before, wanted) => {
      const after = withStatus(before, wanted);
      expect(withStatus(after, wanted)).toBe(after);
      const synonym = statusOfWord(wanted);
      expect(withStatus(after, synonym)).toBe(after);
      const comment = before.indexOf("<!--");
      expect(after.endsWith(comment === -1 ? "" : before.slice(comment))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
