// Registers plans for sessions of its own, again and again, sets their statuses, and looks up these and
// others, until its time is over. Before each operation it writes down what it is about to do, and
// after it, what came of it. The known-bad double replaces the file without the lock.
import { existsSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

import { writeFileAtomic } from "@x/atomic-fs";
import {
  lookupPlan,
  registerPlan,
  type SessionPlan,
  type SessionPlanStatus,
  updatePlanStatus,
} from "@x/registry-core/session-plans";

import { untilAllAreReady } from "../../../../test/start-together.ts";
import type { Intent } from "../support/plan-history.ts";

export interface Life {
  readonly dir: string;
  /** Where it is written down. */
  readonly log: string;
  /** When there is such a file, its time is over. */
  readonly stopFile: string;
  readonly own: readonly string[];
  readonly others: readonly string[];
  readonly discipline: "exclusive" | "bare";
}

const life: Life = JSON.parse(process.argv[2] ?? "{}");
const { dir, own, others, discipline } = life;
const log = openSync(life.log, "a");

function note(entry: object): void {
  writeSync(log, `${JSON.stringify({ at: String(process.hrtime.bigint()), ...entry })}\n`);
}

async function perform(
  intent: Omit<Intent, "from">,
  make: () => Promise<SessionPlan | null>,
): Promise<void> {
  note(intent);
  note({ value: await make() });
}

/** Most of them do not wait for the disk: so more of them are made, and killed. */
const options = () => ({
  timeoutMilliseconds: 60_000,
  durability: Math.random() < 0.1 ? ("full" as const) : ("none" as const),
});

interface Entry extends SessionPlan {
  sessionID: string;
  sessions: Record<string, SessionPlan>;
}

/** Gives what the session has afterwards. */
async function replaceBare(
  session: string,
  change: (entry: Entry | undefined) => Entry | undefined,
): Promise<SessionPlan | null> {
  const path = join(dir, ".ai/.session-plans.json");
  let registry: Record<string, Entry> = {};
  try {
    registry = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    // The first one finds none.
  }
  const key = session.slice(0, 7);
  const changed = change(registry[key]);
  if (changed === undefined) return null;
  const text = JSON.stringify({ ...registry, [key]: changed });
  await writeFileAtomic(path, text, { durability: "none" });
  return changed.sessions[session] ?? null;
}

function register(session: string, plan: string): Promise<SessionPlan | null> {
  if (discipline === "exclusive") return registerPlan(dir, session, plan, options());
  const stored = { plan, createdAt: new Date().toISOString(), status: "created" } as const;
  return replaceBare(session, (entry) => {
    const sessions = { ...entry?.sessions, [session]: stored };
    return { ...stored, sessionID: session, sessions };
  });
}

function setStatus(session: string, status: SessionPlanStatus): Promise<SessionPlan | null> {
  if (discipline === "exclusive") return updatePlanStatus(dir, session, status, options());
  return replaceBare(session, (entry) => {
    const stored = entry?.sessions[session];
    if (entry === undefined || stored === undefined) return undefined;
    const sessions = { ...entry.sessions, [session]: { ...stored, status } };
    return { ...entry, ...(entry.sessionID === session && { status }), sessions };
  });
}

function oneOf(sessions: readonly string[]): string {
  return sessions[Math.floor(Math.random() * sessions.length)] ?? "";
}

function lookUp(session: string): Promise<void> {
  return perform({ call: "lookup", session }, () => lookupPlan(dir, session));
}

await untilAllAreReady();
for (let number = 0; !existsSync(life.stopFile); number += 1) {
  const session = oneOf(own);
  const plan = `${session}-${number}`;
  writeFileSync(join(dir, `.ai/plan-${plan}.md`), "");
  const state = { plan, status: "created" } as const;
  await perform({ call: "register", session, state }, () => register(session, plan));
  await lookUp(session);
  for (const status of ["reviewed", "executed", "failed"] as const) {
    await lookUp(oneOf(others));
    if (Math.random() < 0.5) break;
    const changed = { plan, status };
    await perform({ call: "setStatus", session, state: changed }, () => setStatus(session, status));
  }
  await lookUp(oneOf(own));
}
