import fs from "node:fs";

import type { Warning } from "@x/registry-core";

import { agentsSnapshotPath, type AgentsSnapshot, readAgentsSnapshot } from "../agents-snapshot.ts";
import { assertOptions } from "../assert-options.ts";
import type { MigrationResult } from "../database-config.ts";
import { databasePathOf, MEMORY_PATH } from "../database-path.ts";
import type { AgentState, EventDatabase, JournalFlush } from "../database.ts";
import { TrackerError } from "../errors.ts";
import { failureOf } from "../failure.ts";
import type { ActivityEntry } from "../records/activity.ts";
import { type AgentData, decodeAgent } from "../records/agent.ts";
import type { CommitData } from "../records/commit.ts";
import type { CommunicationScoreEvent } from "../records/communication-event.ts";
import { rememberRead } from "../records/read-states.ts";
import type { RetrospectiveEntry } from "../records/retrospective.ts";
import type { FlushChildOptions } from "./flush-child-options.ts";
import { flushInChild } from "./flush-in-child.ts";
import { leaveJournals } from "./leave-journals.ts";
import { migrateInChild } from "./migrate-in-child.ts";

/** Which database is meant, by which program it is flushed, and who hears of what nobody waits for. */
export interface SnapshotDatabaseOptions extends FlushChildOptions {
  /** Hears why a process could not be started that nobody waits for. Default: nobody does. */
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

/**
 * The database as a process sees it that must not open it: a plugin lives inside of somebody else's process, and
 * LMDB can end that by a signal. Agents are read from the copy that each flush leaves beside the database; a
 * flush is a child process. There is nothing else to be read here, and nothing to be put: it is meant for
 * a write buffer with a journal.
 */
export class SnapshotDatabase implements EventDatabase {
  /** The database file. */
  readonly path: string;
  readonly #options: SnapshotDatabaseOptions;
  readonly #snapshotPath: string;
  #cached: { readonly state: string; readonly snapshot: AgentsSnapshot | undefined } | undefined;
  #isClosed = false;

  constructor(options: SnapshotDatabaseOptions = {}) {
    assertOptions(options, "options of a database");
    this.#options = options;
    this.path = databasePathOf(options.path);
    if (this.path === MEMORY_PATH) {
      throw new TypeError("a database in memory is that of its own process");
    }
    this.#snapshotPath = agentsSnapshotPath(this.path);
  }

  readonly appliesEvents = false;

  get isAvailable(): boolean {
    return !this.#isClosed;
  }

  get isFull(): boolean {
    return this.#snapshot()?.isFull ?? false;
  }

  /** The agent as of the last flush of anybody; null for one that was not known then. */
  async getAgent(agentId: string): Promise<AgentData | null> {
    return this.#stateOf(agentId, "").agent;
  }

  /** The same, and how far the events of the stream are in it. */
  async getAgentState(agentId: string, stream: string): Promise<AgentState> {
    return this.#stateOf(agentId, stream);
  }

  /** How far the events of the stream are in the copy that is read here, not in the database. */
  async getApplied(stream: string): Promise<number> {
    return this.#snapshot()?.streams[stream] ?? 0;
  }

  /**
   * Has a child process apply what is in the journals of the folder, of all processes. Throws `TrackerError`
   * (`TRACKER_FLUSH_FAILED`) when the child does not come to its end in time: the rest waits for the next
   * flush.
   */
  applyJournals(folder: string): Promise<JournalFlush> {
    return flushInChild(folder, this.#options);
  }

  /**
   * For the end of a host, behind `close` of its write buffer: starts a child that applies the journals of the folder, outlives
   * this process, however that ends, and ends by itself, within its time. Returns at once, and never throws. Where there is no
   * journal, or the folder of the database is gone, nothing is done and nothing made. What does not come about waits in the
   * journals for the next flush of anybody.
   */
  leaveJournals(folder: string): void {
    leaveJournals(folder, this.#options, (error) => this.#warn(error));
  }

  /**
   * Copies, in a child process, what the database lacks from the one that the original has left in the folder of a project;
   * resolves at once where there is none. How often it is done, or where it was interrupted, changes nothing of what comes
   * out. An agent that is on record already stays as it is: to be called before the first flush. Never throws: what could not
   * be copied, and why, is among the errors, each with its code first.
   */
  migrateFromProject(folder: string): Promise<MigrationResult> {
    return migrateInChild(folder, this.#options);
  }

  /** Rejects with `TrackerError` (`TRACKER_UNAVAILABLE`): events get there by a journal alone. */
  applyEvents(): Promise<never> {
    const reason = "this process does not open the database: use a write buffer with a journal";
    return Promise.reject(new TrackerError("TRACKER_UNAVAILABLE", reason));
  }

  /** From then on nobody is known here. It holds nothing open. */
  async close(): Promise<void> {
    this.#isClosed = true;
  }

  /** Gives false: what is to be stored goes through a write buffer with a journal. */
  async putAgent(_agentId: string, _data: AgentData): Promise<boolean> {
    return false;
  }

  /** Gives false, as `putAgent`. */
  async putCommit(_projectPath: string, _commitHash: string, _data: CommitData): Promise<boolean> {
    return false;
  }

  /** Gives null: commits are not in the copy that is read here. */
  async getCommit(_projectPath: string, _commitHash: string): Promise<CommitData | null> {
    return null;
  }

  /** Gives false, as `putAgent`. */
  async putCommunicationEvent(_event: CommunicationScoreEvent): Promise<boolean> {
    return false;
  }

  /** Gives none: grades are not in the copy that is read here. */
  async getCommunicationEvents(
    _agentId: string,
    _limit?: number,
  ): Promise<CommunicationScoreEvent[]> {
    return [];
  }

  /** Gives false, as `putAgent`. */
  async putRetrospective(
    _agentId: string,
    _commitHash: string,
    _entry: RetrospectiveEntry,
  ): Promise<boolean> {
    return false;
  }

  /** Gives none: retrospectives are not in the copy that is read here. */
  async getRetrospectives(_agentId: string, _limit?: number): Promise<RetrospectiveEntry[]> {
    return [];
  }

  /** Gives false, as `putAgent`. */
  async putActivity(_agentId: string, _entry: ActivityEntry): Promise<boolean> {
    return false;
  }

  /** Gives none: journals of agents are not in the copy that is read here. */
  async getActivities(_agentId: string, _limit?: number): Promise<ActivityEntry[]> {
    return [];
  }

  #warn(error: unknown): void {
    const { code, message } = failureOf(error);
    try {
      this.#options.onWarning?.({ code, message, path: this.path });
    } catch {
      // A host is at its end: nobody's listener may hold that up.
    }
  }

  #stateOf(agentId: string, stream: string): AgentState {
    const snapshot = this.#snapshot();
    const stored = snapshot?.agents.find(({ id }) => id === agentId);
    const applied = snapshot?.streams[stream] ?? 0;
    return { agent: stored === undefined ? null : rememberRead(decodeAgent(stored)), applied };
  }

  /** Read once per version of the file. */
  #snapshot(): AgentsSnapshot | undefined {
    const state = stateOf(this.#snapshotPath);
    if (state === undefined || this.#isClosed) return undefined;
    if (this.#cached?.state !== state) {
      this.#cached = { state, snapshot: readAgentsSnapshot(this.#snapshotPath) };
    }
    return this.#cached.snapshot;
  }
}

/** By which a file is told from a later one; undefined: there is none that can be looked at. */
function stateOf(path: string): string | undefined {
  try {
    const { ino, size, mtimeNs } = fs.statSync(path, { bigint: true });
    return [ino, size, mtimeNs].join(" ");
  } catch {
    // Without a copy nobody is known; a flush tells what is wrong there.
    return undefined;
  }
}
