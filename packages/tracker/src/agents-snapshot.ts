import fs from "node:fs";

import { withFileLock, writeFileAtomic } from "@x/atomic-fs";
import type { Store } from "@x/registry-core";

import { isMemoryStream } from "./events/memory-stream.ts";
import { pathBehindLinks } from "./path-behind-links.ts";
import { type StoredAgent, StoredAgentSchema } from "./records/agent.ts";
import * as of from "./records/collections.ts";
import { entriesInPages } from "./records/entries-in-pages.ts";
import { flag, listOf, number, object, recordSchema, text } from "./records/record-schema.ts";

const VERSION = 1;

/**
 * A copy of all agents, as JSON beside the database, for processes that must not open it. Written with each
 * flush, as of one moment; a later one is never older. Whoever loses it loses nothing.
 */
export interface AgentsSnapshot {
  readonly version: number;
  readonly takenAt: string;
  /** The database takes no more. */
  readonly isFull: boolean;
  readonly agents: readonly StoredAgent[];
  /** How far the events of the streams are in it that are there, or were a short time ago. */
  readonly streams: Readonly<Record<string, number>>;
}

const snapshotSchema = recordSchema<AgentsSnapshot>({
  version: (value) => (value === VERSION ? undefined : "is another one"),
  takenAt: text,
  isFull: flag,
  agents: listOf(StoredAgentSchema.check),
  streams: object(number),
});

// Thousands of agents fit into a tenth of it.
const LONGEST_BYTES = 64 * 2 ** 20;

export function agentsSnapshotPath(databasePath: string): string {
  return `${pathBehindLinks(databasePath)}.agents.json`;
}

/** Undefined: there is none, or none that can be read; the next flush makes one. */
export function readAgentsSnapshot(path: string): AgentsSnapshot | undefined {
  try {
    const stats = fs.statSync(path);
    if (!stats.isFile() || stats.size > LONGEST_BYTES) return undefined;
    return snapshotSchema.parse(JSON.parse(fs.readFileSync(path, "utf8")));
  } catch {
    // It is a copy: what is wrong with the database itself, a flush tells.
    return undefined;
  }
}

export interface SnapshotFacts {
  readonly isFull: boolean;
  /** Those whose journals are there. */
  readonly streams: readonly string[];
  readonly now: number;
}

/** Throws what the store and `@x/atomic-fs` throw. */
export async function writeAgentsSnapshot(
  path: string,
  store: Store,
  facts: SnapshotFacts,
): Promise<void> {
  // Taken under the lock, so that the last one is the newest.
  await withFileLock(path, async ({ assertHeld }) => {
    const snapshot = await takeSnapshot(store, facts);
    assertHeld();
    const json = `${JSON.stringify(snapshot)}\n`;
    await writeFileAtomic(path, json, { durability: "none", mode: 0o600 });
  });
}

// While others write all the time, the copy may be one of several moments; the next one is not.
const ATTEMPTS = 20;

async function takeSnapshot(
  store: Store,
  { isFull, now, streams }: SnapshotFacts,
): Promise<AgentsSnapshot> {
  for (let attempt = 1; ; attempt += 1) {
    const revision = await store.get(of.revisions.at(of.REVISION));
    const agents: StoredAgent[] = [];
    for await (const [, agent] of entriesInPages(store, of.agents)) agents.push(agent);
    const positions = await readPositions(store, now, streams);
    // Nobody has written meanwhile: it is all of one moment.
    const isOneMoment = (await store.get(of.revisions.at(of.REVISION))) === revision;
    if (!isOneMoment && attempt < ATTEMPTS) continue;
    const takenAt = new Date(now).toISOString();
    return { version: VERSION, takenAt, isFull, agents, streams: Object.fromEntries(positions) };
  }
}

// A process that is asked what it knows may still have events that somebody else has applied.
const RECENT_MILLISECONDS = 2 * 86_400_000;

async function readPositions(
  store: Store,
  now: number,
  present: readonly string[],
): Promise<Map<string, number>> {
  const positions = new Map<string, number>();
  const since = new Date(now - RECENT_MILLISECONDS).toISOString();
  const isPresent = new Set(present);
  for await (const [stream, { applied, at }] of entriesInPages(store, of.streams)) {
    if (isPresent.has(stream) || (at >= since && !isMemoryStream(stream))) {
      positions.set(stream, applied);
    }
  }
  return positions;
}
