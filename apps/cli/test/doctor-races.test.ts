import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { recoverFile, withFileLock } from "@x/atomic-fs";
import { getActiveSpec } from "@x/planning";
import { closeLease, grantLease, holderOf, type Lease } from "@x/registry-core/leases";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { ALL_CHECKS } from "../src/doctor/all-checks.ts";
import { Copies } from "../src/doctor/copies.ts";
import { lookAtAll } from "../src/doctor/look-at-all.ts";
import { type Fixed, mendAll } from "../src/doctor/mend-all.ts";
import type { Place } from "../src/doctor/place.ts";
import { filesOf } from "./checkout.ts";
import { diagnose, killedCabinet } from "./doctored.ts";
import { leasesIn, REGISTRY, writeLeases } from "./lease-checkout.ts";
import { cabinet, startCabinet } from "./run-cabinet-here.ts";
import { writeSpec } from "./spec-checkout.ts";

const DEAD = { machine: "x", boot_id: "0", namespace: "0" };
const ORPHAN = "notes.md.tmp.99999999.1.abcd1234";
const TEXTS = { orphan: "half of a note", plans: '{"ses_old":{}}', active: "nowhere\n" };

/** The holder of a lease that is gone, as it was when it lived. */
async function goneHolder(): Promise<Lease["holder"]> {
  const child = runTypeScript("-e", ["process.stdin.resume()"], { stdio: "pipe" }, PLAIN);
  const holder = holderOf(child.pid ?? 0);
  child.kill("SIGKILL");
  await endOf(child);
  return holder;
}

const PLAIN = { name: "node", command: process.execPath, flags: [] };

/** A checkout with something of each kind that a fix mends, in a folder that is gone with the test. */
async function messyCheckout(dir = join(temporaryFolder(), "shop")): Promise<string> {
  mkdirSync(join(dir, ".git"), { recursive: true });
  mkdirSync(join(dir, ".ai"));
  mkdirSync(join(dir, ".planning"));
  writeFileSync(join(dir, ".ai/notes.md"), "a note");
  writeFileSync(join(dir, ".ai", ORPHAN), TEXTS.orphan);
  writeFileSync(join(dir, ".ai/.session-plans.json.tmp.99999999.1.abcd1234"), TEXTS.plans);
  writeFileSync(join(dir, ".planning/.active"), TEXTS.active);
  symlinkSync(await deadOwner(), join(dir, ".ai/plan-x.md.lock"));
  const holder = await goneHolder();
  writeLeases(dir, { schema_version: 1, leases: [], epochs: {} });
  grantLease(dir, { phase_id: "3", ...(holder && { holder }) });
  return dir;
}

/** What a lock of a process that was killed says. */
async function deadOwner(): Promise<string> {
  const { machine, boot_id, namespace, pid, start_time } = { ...DEAD, ...(await goneHolder()) };
  return ["1", machine, boot_id, namespace, pid, start_time, "abcd1234"].join("-");
}

function placeOf(dir: string): Place {
  return {
    checkout: dir,
    leases: dir,
    plans: dir,
    database: join(dir, "home/agents.lmdb"),
    now: () => new Date(),
  };
}

/** What becomes of the fixes when something happens between the look and them. */
async function mendAfter(
  dir: string,
  happens: () => unknown,
): Promise<Record<string, Fixed["outcome"]>> {
  const place = placeOf(dir);
  const { found } = await lookAtAll(ALL_CHECKS, place);
  await happens();
  const fixed = await mendAll(found, await Copies.for(place));
  return Object.fromEntries(fixed.map(({ id, outcome }) => [id, outcome]));
}

const ALL_DONE = {
  "recoverable-file": "done",
  "orphaned-temporary-file": "done",
  "dead-lock": "done",
  "dead-lease": "done",
  "active-spec-dangling": "done",
};

test("where nothing happens in between, all of it is mended", async () => {
  const dir = await messyCheckout();
  expect(await mendAfter(dir, () => undefined)).toEqual(ALL_DONE);
  expect((await lookAtAll(ALL_CHECKS, placeOf(dir))).found).toEqual([]);
});

test("a phase that a living process was granted meanwhile stays its own", async () => {
  const dir = await messyCheckout();
  const outcomes = await mendAfter(dir, () => {
    closeLease(dir, "3");
    grantLease(dir, { phase_id: "3", ...holderOfThisTest() });
  });
  expect(outcomes).toEqual({ ...ALL_DONE, "dead-lease": "left" });
  expect(leasesIn(dir).at(-1)).toMatchObject({ epoch: 2, lease_state: "open" });
});

function holderOfThisTest(): { holder?: NonNullable<Lease["holder"]> } {
  const holder = holderOf();
  return holder === undefined ? {} : { holder };
}

test("a spec that was activated meanwhile stays active", async () => {
  const dir = await messyCheckout();
  const outcomes = await mendAfter(dir, async () => {
    writeSpec(dir, "specs/login.md", "login");
    await cabinet(dir, ["planning", "setup", "--spec", "specs/login.md"]);
    await cabinet(dir, ["planning", "activate", "login"]);
  });
  expect(outcomes).toEqual({ ...ALL_DONE, "active-spec-dangling": "left" });
  expect(getActiveSpec({ root: dir })).toBe("login");
});

test("a registry that was written meanwhile is not gone back behind", async () => {
  const dir = await messyCheckout();
  const registry = join(dir, ".ai/.session-plans.json");
  const outcomes = await mendAfter(dir, () => writeFileSync(registry, "{}"));
  expect(outcomes).toEqual({ ...ALL_DONE, "recoverable-file": "left" });
  expect(readFileSync(registry, "utf8")).toBe("{}");
});

test("what somebody else has recovered, or set aside, meanwhile is left", async () => {
  const dir = await messyCheckout();
  const outcomes = await mendAfter(dir, async () => {
    await recoverFile(join(dir, ".ai/notes.md"));
    await recoverFile(join(dir, ".ai/.session-plans.json"));
  });
  expect(outcomes).toEqual({
    ...ALL_DONE,
    "recoverable-file": "left",
    "orphaned-temporary-file": "left",
  });
});

/** Takes the lock of a file until the function is called that this gives. It rejects where the lock was lost. */
async function hold(path: string): Promise<() => Promise<void>> {
  const held: { end: () => void } = { end: () => undefined };
  let over = Promise.resolve();
  await new Promise<void>((taken) => {
    const section = (): Promise<void> => {
      taken();
      return new Promise((end) => (held.end = end));
    };
    over = withFileLock(path, section);
  });
  onTestFinished(() => held.end());
  return () => {
    held.end();
    return over;
  };
}

test("what is locked by a living process is left to it", async () => {
  const dir = await messyCheckout();
  const release = await hold(join(dir, ".ai/notes.md"));
  const outcomes = await mendAfter(dir, () => undefined);
  expect(outcomes).toEqual({ ...ALL_DONE, "orphaned-temporary-file": "left" });
  expect(existsSync(join(dir, ".ai", ORPHAN))).toBe(true);
  await release();
  expect(await mendAfter(dir, () => undefined)).toEqual({ "orphaned-temporary-file": "done" });
});

test("a dead lock that a living process takes between look and fix stays with it", async () => {
  const dir = await messyCheckout();
  const held: { release?: () => Promise<void> } = {};
  const outcomes = await mendAfter(dir, async () => {
    held.release = await hold(join(dir, ".ai/plan-x.md"));
  });
  expect(outcomes).toEqual({ ...ALL_DONE, "dead-lock": "left" });
  await held.release?.();
});

/** What is anywhere below, each content once. */
function contentsBelow(dir: string): Set<string> {
  return new Set(filesOf(dir).values());
}

function assertNothingLost(dir: string, lease: string): void {
  const contents = contentsBelow(dir);
  for (const text of Object.values(TEXTS)) expect([...contents]).toContain(text);
  const isLeaseKept = contents.has(lease);
  expect([isLeaseKept, leasesIn(dir)]).toMatchObject([true, [{ phase_id: "3", epoch: 1 }]]);
}

test("several doctors at once mend all of it once, and lose nothing", async () => {
  const dir = await messyCheckout();
  const lease = readFileSync(join(dir, REGISTRY), "utf8");
  const args = ["doctor", "--fix", "--json", "--database", join(dir, "home/agents.lmdb")];
  const doctors = Array.from({ length: 4 }, () => endOf(startCabinet(dir, args)));
  for (const { stdout } of await Promise.all(doctors)) {
    const { fixed, findings }: { fixed: Fixed[]; findings: unknown } = JSON.parse(stdout).data;
    expect(fixed.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    expect(findings).toBeInstanceOf(Array);
  }
  expect(await diagnose({ dir, path: join(dir, "home/agents.lmdb") })).toMatchObject({ code: 0 });
  assertNothingLost(dir, lease);
  const orphans = [...filesOf(dir)].filter(([, text]) => text === TEXTS.orphan);
  expect(orphans).toHaveLength(1);
  expect(leasesIn(dir)).toMatchObject([{ lease_state: "crashed" }]);
});

test(
  "a doctor that is killed anywhere loses nothing, and the next one goes on",
  { timeout: isLongTier ? 300_000 : 60_000 },
  async () => {
    const messy = await messyCheckout();
    const lease = readFileSync(join(messy, REGISTRY), "utf8");
    const step = isLongTier ? 1 : 6;
    const outcomes = new Set<string>();
    for (let killAt = 1, isOver = false; !isOver; killAt += step) {
      const dir = join(temporaryFolder(), "shop");
      const options = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true };
      cpSync(messy, dir, options);
      const path = join(dir, "home/agents.lmdb");
      const args = ["doctor", "--fix", "--database", path];
      const { wasKilled } = await killedCabinet(dir, [killAt, "any"], args);
      assertNothingLostBy(dir, lease, wasKilled);
      const next = await diagnose({ dir, path }, "--fix");
      expect([killAt, next.code, next.findings.filter(isWrong)]).toEqual([killAt, 0, []]);
      assertNothingLost(dir, lease);
      expect(await diagnose({ dir, path }, "--fix")).toMatchObject({ code: 0, fixed: [] });
      for (const { outcome } of next.fixed) outcomes.add(outcome);
      isOver = !wasKilled;
    }
    expect([...outcomes]).not.toContain("failed");
  },
);

function isWrong({ severity }: { readonly severity: string }): boolean {
  return severity !== "note";
}

/** Killed before anything was changed, the registry of leases is the copy of itself. */
function assertNothingLostBy(dir: string, lease: string, wasKilled: boolean): void {
  assertNothingLost(dir, lease);
  const folders = [".ai/.doctor", ".planning/.local/doctor"].map((name) => join(dir, name));
  for (const folder of folders.filter((one) => existsSync(one))) {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const stamps = readdirSync(folder).filter((name) => name !== ".gitignore");
    expect(stamps.length).toBeLessThanOrEqual(1);
  }
  expect([false, wasKilled]).toContain(existsSync(join(dir, ".ai", ORPHAN)));
}
