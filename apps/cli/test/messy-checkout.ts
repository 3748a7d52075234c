import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { grantLease, holderOf, type Lease } from "@x/registry-core/leases";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import type { Place } from "../src/doctor/place.ts";

const DEAD = { machine: "x", boot_id: "0", namespace: "0" };
export const ORPHAN = "notes.md.tmp.99999999.1.abcd1234";
export const TEXTS = { orphan: "half of a note", plans: '{"ses_old":{}}', active: "nowhere\n" };

/** A process that is gone, as it was when it lived. */
async function goneProcess(): Promise<Lease["holder"]> {
  const child = runTypeScript("-e", ["process.stdin.resume()"], { stdio: "pipe" }, PLAIN);
  const holder = holderOf(child.pid ?? 0);
  child.kill("SIGKILL");
  await endOf(child);
  return holder;
}

const PLAIN = { name: "node", command: process.execPath, flags: [] };

/** A checkout with something of each kind that a fix mends, and a lease that none touches. */
export async function messyCheckout(dir = join(temporaryFolder(), "shop")): Promise<string> {
  mkdirSync(join(dir, ".git"), { recursive: true });
  mkdirSync(join(dir, ".ai"));
  mkdirSync(join(dir, ".planning"));
  writeFileSync(join(dir, ".ai/notes.md"), "a note");
  writeFileSync(join(dir, ".ai", ORPHAN), TEXTS.orphan);
  writeFileSync(join(dir, ".ai/.session-plans.json.tmp.99999999.1.abcd1234"), TEXTS.plans);
  writeFileSync(join(dir, ".planning/.active"), TEXTS.active);
  symlinkSync(await deadOwner(), join(dir, ".ai/plan-x.md.lock"));
  grantLease(dir, { phase_id: "3" });
  return dir;
}

/** What a lock of a process that was killed says. */
async function deadOwner(): Promise<string> {
  const { machine, boot_id, namespace, pid, start_time } = { ...DEAD, ...(await goneProcess()) };
  return ["1", machine, boot_id, namespace, pid, start_time, "abcd1234"].join("-");
}

export function placeOf(dir: string): Place {
  return {
    checkout: dir,
    leases: dir,
    plans: dir,
    database: join(dir, "home/agents.lmdb"),
    now: () => new Date(),
  };
}
