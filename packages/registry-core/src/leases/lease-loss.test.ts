import { expect, test } from "vitest";

import { openLease } from "../../test/support/open-lease.ts";
import { isOverwritten } from "./lease-loss.ts";
import { clear, close, grant, heartbeat, type PhaseRecord } from "./lease-rules.ts";
import type { Moment } from "./moment.ts";

const EMPTY: PhaseRecord = { epoch: 0, leases: [], cleared: [] };
const request = {
  worktree_path: "",
  agent_id: null,
  branch_name: "",
  write_set: [],
  provenance_hash: null,
  ttl_ms: 1000,
};

function momentAt(milliseconds: number): Moment {
  return { now: new Date(milliseconds), uptime: undefined, livenessOf: () => "alive" };
}

const granted = grant("1", EMPTY, request, momentAt(0));
const renewed = heartbeat("1", granted.record, {}, momentAt(500));
const { epoch: _none, ...older } = openLease();
const closed = close("1", { ...EMPTY, leases: [older] }, {}, momentAt(500));

test.each([
  ["a grant", granted, EMPTY],
  ["a heartbeat", renewed, granted.record],
  ["the end of an older tool's lease", closed, { ...EMPTY, leases: [older] }],
])("%s of which nothing is left was undone", (_title, change, before) => {
  expect(isOverwritten(before, change)).toBe(true);
});

const ended = close("1", granted.record, {}, momentAt(600)).record;

test.each([
  ["itself", granted.record],
  ["a heartbeat", renewed.record],
  ["an end", ended],
  ["a clearing", clear("1", ended, {}, momentAt(700)).record],
  ["the next grant", grant("1", ended, request, momentAt(700)).record],
])("a grant with %s behind it was not undone", (_title, now) => {
  expect(isOverwritten(now, granted)).toBe(false);
});
