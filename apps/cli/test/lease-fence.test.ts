import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { envelope } from "./assert-failure.ts";
import { cabinetWords } from "./cabinet-words.ts";
import { checkout } from "./checkout.ts";
import { leasesIn } from "./lease-checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";

const CABINET = cabinetWords();

/** What a command finds in its environment below these leases, outer ones first. */
async function environmentBelow(
  dir: string,
  phases: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const runs = phases.flatMap((phase) => [...CABINET, "lease", "run", phase, "--"]);
  const args = runs.slice(CABINET.length);
  await cabinet(dir, [...args, "sh", "-c", "env | grep ^CABINET_LEASE > env"], env);
  const lines = readFileSync(join(dir, "env"), "utf8").trim().split("\n");
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}

test("below several leases each of them is known, and none of their successors is touched", async () => {
  const dir = checkout();
  const env = await environmentBelow(dir, ["1", "2"]);
  const [outer, inner] = ["1", "2"].map((phase) => ({ root: dir, phase, epoch: 1 }));
  expect(env).toEqual({
    CABINET_LEASE_ROOT: dir,
    CABINET_LEASE_PHASE: "2",
    CABINET_LEASE_EPOCH: "1",
    CABINET_LEASES: JSON.stringify([outer, inner]),
  });
  for (const phase of ["1", "2"]) {
    await cabinet(dir, ["lease", "grant", phase]);
    const fenced = await cabinet(dir, ["lease", "close", `0${phase}`, "--json"], env);
    expect(envelope(fenced.stdout)).toMatchObject({ error: { code: "LEASE_FENCED" } });
    const named = await cabinet(dir, ["lease", "close", phase, "--epoch", "2"], env);
    expect(named.code).toBe(0);
  }
});

test("a lease of a tool that knows only the innermost one is known below the next, too", async () => {
  const dir = checkout();
  const outer = { root: "/a", phase: "7", epoch: 3 };
  const next = { root: "/b", phase: "8", epoch: 4 };
  const env = { CABINET_LEASE_ROOT: "/b", CABINET_LEASE_PHASE: "8", CABINET_LEASE_EPOCH: "4" };
  const own = { root: dir, phase: "1", epoch: 1 };
  const listed = { ...env, CABINET_LEASES: JSON.stringify([outer]) };
  const below = await environmentBelow(dir, ["1"], listed);
  expect(JSON.parse(below["CABINET_LEASES"] ?? "")).toEqual([outer, next, own]);
});

test("of several leases of a phase the innermost one counts, and only those of the same root", async () => {
  const dir = checkout();
  await cabinet(dir, ["lease", "run", "3", "--", "true"]);
  await cabinet(dir, ["lease", "grant", "3"]);
  const old = { root: dir, phase: "3", epoch: 1 };
  const now = { root: dir, phase: "3", epoch: 2 };
  const elsewhere = { root: checkout(), phase: "3", epoch: 1 };
  const beat = async (...leases: object[]): Promise<number> => {
    const env = { CABINET_LEASES: JSON.stringify(leases) };
    const { code } = await cabinet(dir, ["lease", "heartbeat", "03"], env);
    return code;
  };
  expect(await beat(now, old)).toBe(1);
  expect(await beat(old, now, elsewhere)).toBe(0);
  // It may have been moved to here.
  expect(await beat(now, { ...old, root: "/is/not/there" })).toBe(1);
});

const item = { root: "/a", phase: "3", epoch: 1 };

test.each([
  [""],
  ["[{"],
  ["null"],
  ["{}"],
  ["[1]"],
  [JSON.stringify([item, { ...item, epoch: 0 }])],
  [JSON.stringify([{ ...item, epoch: "1" }])],
  [JSON.stringify([{ ...item, root: undefined }])],
  [JSON.stringify([{ ...item, phase: 3 }])],
])("where the leases around are %j nobody knows which one is meant", async (text) => {
  const dir = checkout();
  await cabinet(dir, ["lease", "grant", "3"]);
  const env = { CABINET_LEASES: text };
  const runs = [
    ["lease", "close", "3"],
    ["lease", "run", "4", "--", "true"],
  ];
  for (const args of runs) {
    const { code, stderr } = await cabinet(dir, args, env);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: CABINET_LEASES is no list of leases/);
  }
  expect(leasesIn(dir)).toMatchObject([{ phase_id: "3", lease_state: "open" }]);
  expect((await cabinet(dir, ["lease", "close", "3", "--epoch", "1"], env)).code).toBe(0);
});
