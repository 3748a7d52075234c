import { expect, test } from "vitest";

import { journalWarnings } from "./tracker-journals.ts";

const place = { path: "/a/agents.lmdb", folder: "/a/agents.lmdb.journals" };

test("journals that wait for the same reason are one warning, which says how many", () => {
  const failures = ["one-1", "two-2"].map((stream) => ({
    code: "LMDB_STORE_FULL",
    message: `of ${stream}`,
    stream,
  }));
  expect(journalWarnings(failures, place)).toEqual([
    {
      code: "LMDB_STORE_FULL",
      message: expect.stringContaining("waits in 2 journals in /a/agents.lmdb.journals. `cabinet"),
      path: place.folder,
    },
  ]);
});

test.each([
  ["LMDB_STORE_NO_SPACE", "not in these numbers yet", "Make room on the file system of /a"],
  ["ENOSPC", "not in these numbers yet", "Make room on the file system of /a"],
  ["EACCES", "it is so: what agents did since then is not in these numbers yet", "owner and mode"],
  ["LMDB_STORE_IO", "it is so: what agents did since then is not in these numbers yet", "owner"],
  ["TRACKER_JOURNAL_DAMAGED", "it is so; what is missing there is not in", "Look at the disk"],
  ["TRACKER_JOURNAL_UNREADABLE", "it is so; what it tells is not in", "Use a newer Cabinet"],
  ["TRACKER_JOURNAL_STAYS", "it is so; these numbers have it, once", "owner and mode"],
  ["TRACKER_OTHER", "it is so", ""],
])("%s says what is not in the numbers, and the next step", (code, what, next) => {
  const [warning, ...others] = journalWarnings([{ code, message: "it is so" }], place);
  expect(others).toEqual([]);
  expect(warning).toMatchObject({ code, message: expect.stringContaining(what) });
  expect(warning?.message).toContain(next);
});

test("journals that are damaged each have their own warning", () => {
  const failures = ["one", "two"].map((message) => ({ code: "TRACKER_JOURNAL_DAMAGED", message }));
  expect(journalWarnings(failures, place)).toHaveLength(2);
});
