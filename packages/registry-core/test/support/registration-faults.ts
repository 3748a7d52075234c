import fs from "node:fs";
import { join } from "node:path";

import {
  listPlans,
  lookupPlan,
  readRegistry,
  registerPlan,
  type SessionPlanRow,
} from "../../src/session-plans/index.ts";
import { lossesOf } from "./json-leaves.ts";
import { asidesIn, registryPath } from "./plan-project.ts";
import { shortKeyOf } from "./session-ids.ts";

/** The session that registers, in the bucket `ses_66d`. */
export const SESSION = "ses_66d1a2b3c4d5AbCdEfGhIjKlMn";
export const PLAN = "registered";

/** Registers `PLAN` for `SESSION`. */
export type Register = (dir: string) => Promise<unknown>;

// That nothing is lost does not hang on a disk here.
const register: Register = (dir) => registerPlan(dir, SESSION, PLAN, { durability: "none" });

/** The known-bad double: what cannot be read is nothing, and the whole file is written. */
export const registerNaively: Register = async (dir) => {
  const registry = readNaively(dir);
  const entry = Object(registry[shortKeyOf(SESSION)]);
  const plan = { plan: PLAN, createdAt: new Date().toISOString(), status: "created" };
  const sessions = { ...Reflect.get(entry, "sessions"), [SESSION]: plan };
  registry[shortKeyOf(SESSION)] = { ...entry, ...plan, sessionID: SESSION, sessions };
  fs.writeFileSync(registryPath(dir), JSON.stringify(registry));
};

function readNaively(dir: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(fs.readFileSync(registryPath(dir), "utf8")));
  } catch {
    return {};
  }
}

/**
 * What is wrong when a registry's file holds these bytes, is read, and a session registers. `dir` is a
 * project in which the plan is, and no registry yet.
 */
export async function faultsOf(
  dir: string,
  content: string | Uint8Array,
  registering: Register = register,
): Promise<string[]> {
  const bytes = Buffer.from(content);
  fs.writeFileSync(registryPath(dir), bytes);
  const before = stateOf(dir);
  const rows = (await listPlans(dir)).filter((row) => !isOwn(row));
  const faults = await faultsOfReading(dir);
  if (stateOf(dir) !== before) faults.push("reading changed the disk");
  try {
    await registering(dir);
  } catch (error) {
    const code: unknown = Reflect.get(Object(error), "code");
    const isTyped = typeof code === "string" && /^(?:REGISTRY|ATOMIC_FS)_/.test(code);
    if (!isTyped) faults.push(`an error without a code: ${String(error)}`);
    if (stateOf(dir) !== before) faults.push("a registration that failed changed the disk");
    return faults;
  }
  return [...faults, ...(await faultsOfRegistered(dir, bytes, rows))];
}

async function faultsOfReading(dir: string): Promise<string[]> {
  try {
    const registry: unknown = await readRegistry(dir);
    const isObject = typeof registry === "object" && registry !== null && !Array.isArray(registry);
    return isObject ? [] : ["reading gave no object"];
  } catch (error) {
    return [`reading threw: ${String(error)}`];
  }
}

async function faultsOfRegistered(
  dir: string,
  old: Buffer,
  rows: readonly SessionPlanRow[],
): Promise<string[]> {
  const faults: string[] = [];
  const found = await lookupPlan(dir, SESSION);
  if (found?.plan !== PLAN) faults.push("the session does not find its plan");
  // In their order: a row that is found again is found behind the one before.
  const left = await listPlans(dir);
  let place = 0;
  for (const row of rows) {
    place = left.findIndex((other, index) => index >= place && isSameRow(row, other)) + 1;
    if (place === 0) faults.push(`a plan is lost: ${JSON.stringify(row)}`);
  }
  const isAside = asidesIn(dir).some((path) => fs.readFileSync(path).equals(old));
  if (!isAside)
    faults.push(...lossesOf(old, fs.readFileSync(registryPath(dir), "utf8"), isReplaced));
  if (!isAtTop(dir)) faults.push("what old tools read is not the registration");
  const known = new Set([...asidesIn(dir), registryPath(dir), join(dir, ".ai", `plan-${PLAN}.md`)]);
  const strange = fs.readdirSync(join(dir, ".ai")).filter((n) => !known.has(join(dir, ".ai", n)));
  return [...faults, ...strange.map((name) => `something is left: ${name}`)];
}

function isAtTop(dir: string): boolean {
  const document: unknown = JSON.parse(fs.readFileSync(registryPath(dir), "utf8"));
  const entry: unknown = Reflect.get(Object(document), shortKeyOf(SESSION));
  const own: unknown = Reflect.get(Object(Reflect.get(Object(entry), "sessions")), SESSION);
  return ["plan", "createdAt", "status"].every(
    (field) => Reflect.get(Object(entry), field) === Reflect.get(Object(own), field),
  );
}

const OWN_ENTRY = `/"${shortKeyOf(SESSION)}"`;
const REPLACED = [OWN_ENTRY, `${OWN_ENTRY}/"sessions"/"${SESSION}"`].flatMap((place) =>
  ["plan", "createdAt", "status", "parentID", "sessionID"].map((field) => `${place}/"${field}"`),
);

function isReplaced(path: string): boolean {
  return REPLACED.some((place) => path === place || path.startsWith(`${place}/`));
}

function isOwn({ sessionKey, sessionID }: SessionPlanRow): boolean {
  return sessionID === SESSION && sessionKey === shortKeyOf(SESSION);
}

/** What stands under the short key is somebody's only as long as nobody else is the latest. */
function isSameRow(before: SessionPlanRow, after: SessionPlanRow): boolean {
  const fields = ["sessionKey", "plan", "createdAt", "status", "parentID"] as const;
  const isNobodys = before.sessionID === undefined || before.sessionID === before.sessionKey;
  const isSameSession = isNobodys || before.sessionID === after.sessionID;
  return isSameSession && fields.every((field) => before[field] === after[field]);
}

/** Another one after every write, however small. */
function stateOf(dir: string): string {
  const files = fs.readdirSync(join(dir, ".ai")).map((name) => {
    const stats = fs.lstatSync(join(dir, ".ai", name), { bigint: true });
    return [name, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(" ");
  });
  return files.join("\n");
}
