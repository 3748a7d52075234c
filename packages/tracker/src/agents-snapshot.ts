import fs from "node:fs";

import { withFileLock, writeFileAtomic } from "@x/atomic-fs";
import type { Store } from "@x/registry-core";

import { type StoredAgent, StoredAgentSchema } from "./agent.ts";
import * as of from "./collections.ts";
import { entriesInPages } from "./entries-in-pages.ts";
import { realPathOf } from "./journal/journal-folder.ts";
import { flag, number, object, recordSchema, text } from "./record-schema.ts";

const VERSION = 1;

/**
 * A copy of all agents, as JSON beside the database, for processes that must not open it. Written with each
 * flush, as of one moment, and never replaced by an older one. Whoever loses it loses nothing.
 */
export interface AgentsSnapshot {
  readonly version: number;
  /** Of the database, by which a new one is told from one that was removed. */
  readonly identity: number;
  readonly revision: number;
  readonly takenAt: string;
  /** The database takes no more. */
  readonly isFull: boolean;
  readonly agents: readonly StoredAgent[];
  /** Of the journals that are there: how far their events are in it. */
  readonly streams: Readonly<Record<string, number>>;
}

const snapshotSchema = recordSchema<AgentsSnapshot>({
  version: (value) => (value === VERSION ? undefined : "is another one"),
  identity: number,
  revision: number,
  takenAt: text,
  isFull: flag,
  agents: (value) =>
    Array.isArray(value)
      ? value.map(StoredAgentSchema.check).find((fault) => fault !== undefined)
      : "are no list",
  streams: object(number),
});

export function agentsSnapshotPath(databasePath: string): string {
  return `${realPathOf(databasePath)}.agents.json`;
}

/** Undefined: there is none, or none that can be read; the next flush makes one. */
export function readAgentsSnapshot(path: string): AgentsSnapshot | undefined {
  try {
    return snapshotSchema.parse(JSON.parse(fs.readFileSync(path, "utf8")));
  } catch {
    // It is a copy: what is wrong with the database itself, a flush tells.
    return undefined;
  }
}

/** Throws what the store and `@x/atomic-fs` throw. */
export async function writeAgentsSnapshot(
  path: string,
  store: Store,
  facts: { readonly isFull: boolean; readonly streams: readonly string[]; readonly now: number },
): Promise<void> {
  const snapshot = await takeSnapshot(store, facts);
  await withFileLock(path, async ({ assertHeld }) => {
    const other = readAgentsSnapshot(path);
    const isOlder = other?.identity === snapshot.identity && other.revision > snapshot.revision;
    if (isOlder) return;
    assertHeld();
    await writeFileAtomic(path, `${JSON.stringify(snapshot)}\n`, {
      durability: "none",
      mode: 0o600,
    });
  });
}

async function takeSnapshot(
  store: Store,
  facts: Parameters<typeof writeAgentsSnapshot>[2],
): Promise<AgentsSnapshot> {
  for (;;) {
    const { identity, revision } = await readRevision(store);
    const agents: StoredAgent[] = [];
    for await (const [, agent] of entriesInPages(store, of.agents)) agents.push(agent);
    const streams = new Map<string, number>();
    for (const stream of facts.streams) {
      const position = await store.get(of.streams.at(stream));
      if (position !== undefined) streams.set(stream, position.applied);
    }
    // Nobody has written meanwhile, so it is all of one moment.
    if ((await readRevision(store)).revision !== revision) continue;
    return {
      version: VERSION,
      identity,
      revision,
      takenAt: new Date(facts.now).toISOString(),
      isFull: facts.isFull,
      agents,
      streams: Object.fromEntries(streams),
    };
  }
}

async function readRevision(
  store: Store,
): Promise<{ readonly identity: number; readonly revision: number }> {
  const [identity = 0, revision = 0] = await Promise.all([
    store.get(of.revisions.at(of.IDENTITY)),
    store.get(of.revisions.at(of.REVISION)),
  ]);
  return { identity, revision };
}
