import { readdirSync } from "node:fs";

import {
  type FlushResult,
  type HostPayload,
  TrackingService,
  type TrackingClient,
  WriteBuffer,
} from "@x/tracker";
import { Journal, journalFolderOf, SnapshotDatabase } from "@x/tracker/host";

import { mayBeShipped } from "../ask-git.ts";
import type { PluginOptions } from "../options.ts";
import { reasonOf } from "../reason-of.ts";
import type { Warnings } from "../warnings.ts";

/** The track record as this process has it: what happens goes into a journal, and a child process applies that. */
export interface TrackRecord {
  readonly service: TrackingService;
  /** Applies what is noted, in a child, now or with the flush that is under way. */
  flush(): Promise<void>;
  /** The same, soon: what is asked for until then is one flush. */
  flushSoon(): void;
  /**
   * What comes first, in a child: what the original has left in a project's folder is copied, and what other processes
   * have left in their journals is applied. Never rejects.
   */
  begin(project: string): Promise<void>;
  /** The session is over; what is noted is applied. */
  finishSession(session: HostPayload): Promise<void>;
  /** The journal has its end; a child that nobody waits for applies it. */
  close(): Promise<void>;
}

export interface TrackRecordParts {
  readonly options: Pick<PluginOptions, "databasePath" | "maxDatabaseSize">;
  readonly client: TrackingClient | null;
  readonly warnings: Warnings;
  /** The program that flushes. */
  readonly command: readonly string[];
}

// A session that ends right behind its turn (`opencode run`) needs one flush, not two.
const SOON_MILLISECONDS = 1_000;

/** Throws a TypeError for a path that can be none of a database. */
export function openTrackRecord({
  options: { databasePath: path, maxDatabaseSize: maxSize },
  client,
  warnings,
  command,
}: TrackRecordParts): TrackRecord {
  const onWarning = ({ message }: { readonly message: string }): void => warnings.warn(message);
  const database = new SnapshotDatabase({ path, maxSize, command });
  const folder = journalFolderOf(database.path);
  const buffer = new WriteBuffer({ journal: new Journal(folder, { onWarning }) });
  const service = new TrackingService(database, buffer, client);
  let soon: NodeJS.Timeout | undefined;
  let isUsed = false;
  // What was taken over goes before what is new: whoever is on record already stays as they are.
  let begun: Promise<void> = Promise.resolve();
  let isBeginning = false;
  const flush = async (): Promise<void> => {
    clearTimeout(soon);
    soon = undefined;
    if (buffer.isEmpty) return;
    isUsed = true;
    await begun;
    tell(await service.flushWriteBuffer(), warnings);
  };
  return {
    service,
    flush,
    flushSoon: () => {
      soon ??= setTimeout(() => void flush(), SOON_MILLISECONDS);
      // It keeps no client from ending.
      soon.unref();
    },
    begin: async (project) => {
      isBeginning = true;
      begun = takeOver(database, project, warnings).finally(() => (isBeginning = false));
      await begun;
      // Where somebody was killed, or what is wrong with the database was told to nobody.
      if (hasJournals(folder)) tell(await service.flushWriteBuffer(), warnings);
    },
    finishSession: async (session) => {
      await begun;
      tell(await service.finalizeSession(session), warnings);
    },
    close: async () => {
      clearTimeout(soon);
      const hasMore = !buffer.isEmpty;
      // The end is written at once, and synced by whoever flushes: nobody has to wait for the disk here.
      const closed = buffer.close();
      // What is still being taken over goes first; the journal waits for the next process.
      if ((hasMore || isUsed) && !isBeginning) database.leaveJournals(folder);
      else await closed;
    },
  };
}

/** Also those of others who are at work: that is found out by who reads them. */
function hasJournals(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.endsWith(".jsonl"));
  } catch {
    // Nobody has written one, or nobody may look: a flush tells what is wrong there.
    return false;
  }
}

const OLD_DATABASE = "~/.config/opencode/agent-tracker.lmdb";

/** Never throws. */
async function takeOver(
  database: SnapshotDatabase,
  project: string,
  warnings: Warnings,
): Promise<void> {
  try {
    await takeOverFrom(project, database, warnings);
  } catch (error) {
    const { text } = reasonOf(error);
    warnings.warn(`the records of agents in ${project}/~ could not be taken over: ${text}`);
  }
}

async function takeOverFrom(
  project: string,
  database: SnapshotDatabase,
  warnings: Warnings,
): Promise<void> {
  // Anybody may have put it into a repository, with records of this user's agents.
  if (await mayBeShipped(project, OLD_DATABASE)) {
    warnings.warn(
      `${project}/${OLD_DATABASE} may have come with its repository, and was not taken over; \`cabinet tracker migrate\` does that when you want it`,
    );
    return;
  }
  const { entriesMigrated, errors } = await database.migrateFromProject(project);
  if (entriesMigrated > 0) {
    warnings.note(`${entriesMigrated} records of agents were taken over from ${project}/~`);
  }
  const [error] = errors;
  if (error !== undefined) {
    warnings.warn(`not all records of agents in ${project}/~ could be taken over: ${error}`);
  }
}

/** What failed is a warning, once for each of its codes: nothing of it is lost, and the next flush tries again. */
function tell({ errors }: FlushResult, warnings: Warnings): void {
  for (const error of errors) {
    const key = /^[A-Z][A-Z0-9_]+(?=:)/.exec(error)?.[0];
    warnings.warn(
      `the track record of agents was not brought up to date, nothing of it is lost: ${error}`,
      key,
    );
  }
}
