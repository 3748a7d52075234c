import type { Grade } from "./records/grade.ts";

/** What is remembered of an agent's sessions, for the retrospective. */
export interface SessionNotes {
  /** The communication score when they began. */
  readonly scoreBefore: number;
  /** The last one. */
  commit?: { readonly hash: string; readonly task: string };
  grades?: { readonly agent: Grade; readonly user: Grade | undefined };
  /** A word of the user. */
  note?: string;
}

/** Notes by agent, for as long as one of its sessions is not over. */
export class SessionNotebook {
  readonly #notes = new Map<string, SessionNotes>();
  readonly #sessions = new Map<string, Set<string>>();

  get(agentId: string): SessionNotes | undefined {
    return this.#notes.get(agentId);
  }

  /** Those that are there, or new ones. */
  add(agentId: string, scoreBefore: number): SessionNotes {
    const notes = this.#notes.get(agentId) ?? { scoreBefore };
    this.#notes.set(agentId, notes);
    return notes;
  }

  beginSession(agentId: string, session: string): void {
    const sessions = this.#sessions.get(agentId) ?? new Set();
    this.#sessions.set(agentId, sessions.add(session));
  }

  endSession(agentId: string, session: string): void {
    const sessions = this.#sessions.get(agentId);
    sessions?.delete(session);
    // Another one of the same agent may go on.
    if (sessions !== undefined && sessions.size > 0) return;
    this.#sessions.delete(agentId);
    this.#notes.delete(agentId);
  }
}
