import { expect, test } from "vitest";

import type { DatabaseErrorCode } from "@x/lmdb-store";
import type { TrackerErrorCode } from "@x/tracker";

import { codedError } from "./coded-error.ts";
import { describeError } from "./describe-error.ts";
import { TRACKER_SENTENCES } from "./tracker-sentences.ts";

type Code =
  | DatabaseErrorCode
  | TrackerErrorCode
  | "LMDB_STORE_DAMAGED"
  | "LMDB_STORE_FOREIGN"
  | "LMDB_STORE_SIZE_INVALID";

// The compiler says when a code is missing here.
const CODES = Object.keys({
  LMDB_STORE_UNAVAILABLE: true,
  LMDB_STORE_NETWORK: true,
  LMDB_STORE_OPEN_FAILED: true,
  LMDB_STORE_FULL: true,
  LMDB_STORE_NO_SPACE: true,
  LMDB_STORE_ACCESS_DENIED: true,
  LMDB_STORE_LINKED: true,
  LMDB_STORE_EXISTS: true,
  LMDB_STORE_REPLACED: true,
  LMDB_STORE_IO: true,
  LMDB_STORE_IN_USE: true,
  LMDB_STORE_NO_LINKS: true,
  LMDB_STORE_DAMAGED: true,
  LMDB_STORE_FOREIGN: true,
  LMDB_STORE_SIZE_INVALID: true,
  TRACKER_RECORD_INVALID: true,
  TRACKER_FULL: true,
  TRACKER_UNAVAILABLE: true,
  TRACKER_DATABASE_OLD: true,
  TRACKER_NOT_REPLACED: true,
  TRACKER_JOURNAL_UNREADABLE: true,
  TRACKER_FLUSH_FAILED: true,
} satisfies Record<Code, true>);

test("every code of the tracker and of its database has a sentence", () => {
  expect(Object.keys(TRACKER_SENTENCES).toSorted()).toEqual(CODES.toSorted());
});

test.each(CODES)("%s is told in a sentence and a next step, which deletes nothing", (code) => {
  const description = describeError(codedError(code, "/a/agents.lmdb", "it is so"));
  const { message, hint, exitCode } = description;
  expect(description).toMatchObject({ code });
  expect(message).toMatch(/^[A-Z/].*\.$/);
  expect(hint).toMatch(/^[A-Z`].*\.$/);
  expect(message + hint).not.toMatch(/undefined|delete|\brm\b/i);
  expect(exitCode).toBe(code === "LMDB_STORE_SIZE_INVALID" ? 2 : 1);
});

test("of a damaged database, its newest backup is named", () => {
  const error = codedError("LMDB_STORE_DAMAGED", "/a/agents.lmdb", "page 3 is none");
  const { message, hint } = describeError(Object.assign(error, { backupPath: "/b/agents.lmdb" }));
  expect(message).toBe(
    "The database /a/agents.lmdb is damaged: page 3 is none. It was left as it is.",
  );
  expect(hint).toBe(
    "Close whatever uses it, move it to another folder, and copy its newest backup there: /b/agents.lmdb.",
  );
});
