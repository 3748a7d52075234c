import { expect, test } from "vitest";

import { findSession } from "./find-session.ts";

const plan = { plan: "a", createdAt: "", status: "created", fileExists: true } as const;
const rows = [
  { ...plan, sessionKey: "ses_66d", sessionID: "ses_66d1" },
  { ...plan, sessionKey: "ses_66d", sessionID: "ses_66d1a" },
  { ...plan, sessionKey: "ses_66d", sessionID: "ses_66d2" },
  { ...plan, sessionKey: "ses_77d" },
  { ...plan, sessionKey: "short", sessionID: "short" },
];

test.each([
  ["ses_66d1", 0],
  ["ses_66d1a", 1],
  ["ses_66d2", 2],
  ["ses_77d", 3],
  ["short", 4],
  ["ses_77", -1],
  ["ses_77d1", -1],
  ["shor", -1],
  ["", -1],
])("%j is the session of row %d: a whole id before the beginning of others", (given, index) => {
  expect(findSession(rows, given)).toBe(rows[index]);
});

test("a beginning that several share is refused, and they are named", () => {
  expect(() => findSession(rows, "ses_66d")).toThrow(
    expect.objectContaining({
      code: "CABINET_SESSION_AMBIGUOUS",
      message: '"ses_66d" may mean any of 3 sessions: ses_66d1, ses_66d1a, ses_66d2.',
    }),
  );
});
