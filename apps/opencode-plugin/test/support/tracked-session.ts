import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, onTestFinished } from "vitest";

import { LMDBDatabase } from "@x/tracker/lmdb";

import { processesNaming } from "../../../../test/processes-naming.ts";
import { nodeRuntime } from "../../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { identityOf, Sessions } from "../../src/sessions.ts";
import { openTrackRecord, type TrackRecord } from "../../src/tracking/track-record.ts";
import { type WatchedClient, watchedWarnings } from "./watched-client.ts";

/** The plugin's own program that flushes, from sources. */
export const flushCommand: readonly string[] = [
  nodeRuntime.command,
  ...nodeRuntime.flags,
  fileURLToPath(new URL("../../src/flush-child.ts", import.meta.url)),
];

export const SESSION = "ses_66d1a2b3c4d5AbCdEfGhIjKlMn";
export const MODEL = { providerID: "local", modelID: "scripted" };
/** Who works in `SESSION`. */
export const AGENT = "build@local/scripted";

export interface TrackedSession extends Pick<WatchedClient, "logged" | "toasts"> {
  /** Of the database. */
  readonly path: string;
  readonly record: TrackRecord;
  readonly sessions: Sessions;
}

/** A track record in a fresh folder, and the session of an agent that the client has told of. */
export function openTrackedSession({
  command = flushCommand,
}: { readonly command?: readonly string[] } = {}): TrackedSession {
  const path = join(temporaryFolder(), "agents.lmdb");
  onTestFinished(() => flushesEnded(path));
  const { client, warnings, logged, toasts } = watchedWarnings();
  const options = { databasePath: path };
  const record = openTrackRecord({ options, client, warnings, command });
  const sessions = new Sessions();
  sessions.hearOf(SESSION).identity = identityOf("build", MODEL);
  return { path, record, sessions, logged, toasts };
}

/** Resolves when no process works on the database any more. */
export async function flushesEnded(path: string): Promise<void> {
  await expect.poll(() => processesNaming(path), { timeout: 60_000 }).toEqual([]);
}

/** What the database holds now. */
export async function inDatabase<T>(
  path: string,
  read: (database: LMDBDatabase) => Promise<T>,
): Promise<T> {
  const database = new LMDBDatabase(path);
  try {
    return await read(database);
  } finally {
    await database.close();
  }
}
