import { cpSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { endOf } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { isWrong } from "../src/doctor/finding.ts";
import type { Fixed } from "../src/doctor/mend-all.ts";
import { filesOf } from "./checkout.ts";
import { diagnose, killedCabinet } from "./doctored.ts";
import { leasesIn, REGISTRY } from "./lease-checkout.ts";
import { messyCheckout, ORPHAN, TEXTS } from "./messy-checkout.ts";
import { startCabinet } from "./run-cabinet-here.ts";

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

/** Killed before anything was changed, the registry of leases is the copy of itself. */
function assertNothingLostBy(dir: string, lease: string, wasKilled: boolean): void {
  assertNothingLost(dir, lease);
  const folders = [".ai/.doctor", ".planning/.local/doctor"].map((name) => join(dir, name));
  for (const folder of folders.filter((one) => existsSync(one))) {
    const names = readdirSync(folder);
    const mode = statSync(folder).mode & 0o777;
    // Killed right after it was made, it may be open to others, with nothing in it.
    expect(names.length === 0 || mode === 0o700).toBe(true);
    const stamps = names.filter((name) => name !== ".gitignore");
    expect(stamps.length).toBeLessThanOrEqual(1);
  }
  const isOrphanThere = existsSync(join(dir, ".ai", ORPHAN));
  expect(wasKilled || !isOrphanThere).toBe(true);
}
