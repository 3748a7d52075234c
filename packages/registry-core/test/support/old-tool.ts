import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A tool that does with the registry what its original description says: one entry for the first
 * seven characters of a session, the whole file read and written, no lock. What it does not know in
 * an entry it keeps only where it copies the entry.
 */

interface OldEntry {
  readonly plan: string;
  readonly createdAt: string;
  readonly status: string;
}

type OldRegistry = Record<string, OldEntry>;

const keyOf = (sessionID: string): string => sessionID.slice(0, 7);
const pathIn = (dir: string): string => join(dir, ".ai", ".session-plans.json");

function readAll(dir: string): OldRegistry {
  try {
    const registry: OldRegistry | null = JSON.parse(readFileSync(pathIn(dir), "utf8"));
    return registry !== null && typeof registry === "object" ? registry : {};
  } catch {
    // Missing and corrupt are the same to it.
    return {};
  }
}

function writeAll(dir: string, registry: OldRegistry): void {
  mkdirSync(join(dir, ".ai"), { recursive: true });
  writeFileSync(`${pathIn(dir)}.tmp`, JSON.stringify(registry, null, 2));
  renameSync(`${pathIn(dir)}.tmp`, pathIn(dir));
}

export function oldLookup(dir: string, sessionID: string): OldEntry | null {
  const entry = readAll(dir)[keyOf(sessionID)];
  return entry !== undefined && planExists(dir, entry) ? entry : null;
}

export function oldList(dir: string): (OldEntry & { sessionKey: string; fileExists: boolean })[] {
  return Object.entries(readAll(dir)).map(([sessionKey, { plan, createdAt, status }]) => {
    const fileExists = planExists(dir, { plan });
    return { sessionKey, plan, createdAt, status, fileExists };
  });
}

export function oldRegister(dir: string, sessionID: string, plan: string, now = new Date()): void {
  const registry = readAll(dir);
  registry[keyOf(sessionID)] = { plan, createdAt: now.toISOString(), status: "created" };
  writeAll(dir, registry);
}

export function oldSetStatus(dir: string, sessionID: string, status: string): void {
  const registry = readAll(dir);
  const entry = registry[keyOf(sessionID)];
  if (entry === undefined) return;
  registry[keyOf(sessionID)] = { ...entry, status };
  writeAll(dir, registry);
}

function planExists(dir: string, { plan }: Pick<OldEntry, "plan">): boolean {
  return existsSync(join(dir, ".ai", `plan-${plan}.md`));
}
