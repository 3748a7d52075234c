import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { type Finding, isWrong } from "../src/doctor/finding.ts";
import type { Fixed } from "../src/doctor/mend-all.ts";
import { envelope } from "./assert-failure.ts";
import { cabinet } from "./run-cabinet-here.ts";

/** A checkout, and the database that its doctor looks at. */
export interface Patient {
  readonly dir: string;
  readonly path: string;
}

/** One whose database is not there yet. */
export function patientIn(dir: string): Patient {
  return { dir, path: join(dir, "home/agents.lmdb") };
}

interface Diagnosis {
  readonly code: number;
  readonly findings: readonly Finding[];
  readonly fixed: readonly Fixed[];
  readonly copies: readonly string[];
}

/** Without --fix there is nothing of that. */
const NO_FIXES = { fixed: [], copies: [] };

/** What `cabinet doctor` says there with these options, as JSON. */
export async function diagnose({ dir, path }: Patient, ...options: string[]): Promise<Diagnosis> {
  const args = ["doctor", ...options, "--database", path, "--json"];
  const { code, stdout } = await cabinet(dir, args);
  // It is one value with a version: `envelope` says more where it is not.
  envelope(stdout);
  const { data }: { data: Omit<Diagnosis, "code"> } = JSON.parse(stdout);
  return { ...NO_FIXES, ...data, code };
}

/** The ids of what it finds, worst first. */
export async function idsIn(patient: Patient): Promise<string[]> {
  const { findings } = await diagnose(patient);
  return findings.map(({ id }) => id);
}

/** The one finding of that id, which people are shown as well, with its next step and its fix. */
export async function findingOf(patient: Patient, id: string): Promise<Finding> {
  const { code, findings } = await diagnose(patient);
  const [finding, ...others] = findings.filter((one) => one.id === id);
  if (finding === undefined || others.length > 0) {
    throw new Error(`${id} is not one of ${JSON.stringify(findings, null, 2)}`);
  }
  const { severity, message, command, advice, fix } = finding;
  const { stdout, code: sameCode } = await cabinet(patient.dir, [
    "doctor",
    "--database",
    patient.path,
  ]);
  expect(sameCode).toBe(code);
  expect(stdout).toContain(`${severity}: ${id}\n  ${message}\n`);
  if (command !== null) expect(stdout).toContain(`\n  look: ${command}\n`);
  if (advice !== null) expect(stdout).toContain(`\n  next: ${advice}\n`);
  if (fix !== null) expect(stdout).toContain(`\n  --fix: ${fix}\n`);
  // A fix moves and keeps; nothing here is told to go.
  expect(`${command} ${advice} ${fix}`).not.toMatch(/\b(rm|delete|remove)\b/i);
  // A program may run it as it stands.
  expect(command ?? "").not.toMatch(/[<>;]|, /);
  expect(code).toBe(findings.some(isWrong) ? 1 : 0);
  return finding;
}

/** What a doctor that has no fault never calls. */
export function rethrow(fault: unknown): never {
  throw fault;
}

/** Runs `cabinet` in a process that is killed before its n-th call of that name. */
export async function killedCabinet(
  cwd: string,
  [killAt, call]: readonly [number, string],
  args: readonly string[],
): Promise<{ readonly wasKilled: boolean; readonly pid: number }> {
  const program = fileURLToPath(new URL("programs/cabinet-killed.ts", import.meta.url));
  const { PATH = "" } = process.env;
  const child = runTypeScript(program, [String(killAt), call, ...args], {
    cwd,
    env: { PATH, HOME: cwd },
    timeout: 60_000,
  });
  const { pid = 0 } = child;
  const { signal } = await endOf(child);
  return { wasKilled: signal === "SIGKILL", pid };
}
