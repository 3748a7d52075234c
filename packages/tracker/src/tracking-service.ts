import { agentIdIn, hasFailed, identityIn, type HostPayload, textAt } from "./agent-in-payload.ts";
import { type Database, type FlushResult, isEventDatabase } from "./database.ts";
import { TrackerError } from "./errors.ts";
import { gradeQuestion, readGradeAnswer } from "./grade-question.ts";
import type { ActivityEntry } from "./records/activity.ts";
import { type AgentData, type AgentStatus, statusOf } from "./records/agent.ts";
import { type Grade, isGrade } from "./records/grade.ts";
import { isId } from "./records/record-key.ts";
import type { RetrospectiveEntry } from "./records/retrospective.ts";
import { SCORING_POLICY, type ScoreEvent } from "./score.ts";
import { type SessionNotes, SessionNotebook } from "./session-notes.ts";
import { askForText, showToast, type TrackingClient } from "./tracking-client.ts";
import type { WriteBuffer } from "./write-buffer.ts";

/** The clock by which what happens gets its time. */
export interface TrackingOptions {
  /** Default: the system's clock. */
  readonly now?: (() => Date) | undefined;
}

/**
 * What agents did, scored. All that is told here goes into the write buffer, nothing into the database before
 * `flushWriteBuffer`; what is asked counts what is buffered.
 *
 * Without an agent's id nothing is recorded. A grade that is none is a RangeError, a record that is none a
 * `TrackerError` (`TRACKER_RECORD_INVALID`). An agent nobody knows is made by whatever is told of it. The client may be null or have any part of its API.
 */
export class TrackingService {
  readonly #database: Database;
  readonly #buffer: WriteBuffer;
  readonly #client: TrackingClient | null;
  readonly #now: () => Date;
  readonly #notebook = new SessionNotebook();
  readonly #toldHalted = new Set<string>();

  constructor(
    database: Database,
    buffer: WriteBuffer,
    client: TrackingClient | null = null,
    { now = () => new Date() }: TrackingOptions = {},
  ) {
    if (typeof database?.getAgent !== "function") throw new TypeError("there is no database");
    if (typeof buffer?.bufferScore !== "function") throw new TypeError("there is no write buffer");
    this.#database = database;
    this.#buffer = buffer;
    this.#client = client;
    this.#now = now;
  }

  /** A tool has run; one that has failed counts nothing. */
  async trackToolUsage(input: HostPayload, output: HostPayload = {}): Promise<void> {
    this.#score("tool", hasFailed(output) ? undefined : agentIdIn(input, output), input);
  }

  /** A command has run; one that has failed counts nothing. */
  async trackCommandCompletion(event: HostPayload): Promise<void> {
    this.#score("command", hasFailed(event) ? undefined : agentIdIn(event), event);
  }

  /** A commit was made. However often it is told, it counts once. */
  async commitCompleted(
    agentId: string,
    commitHash: string,
    projectPath: string,
    task: string,
  ): Promise<void> {
    const at = this.#now();
    const commit = { project: projectPath, hash: commitHash };
    this.#buffer.bufferTogether(() => {
      this.#buffer.bufferScore(agentId, { type: "commit" }, { at, commit });
      this.#buffer.bufferCommit(projectPath, commitHash, {
        agent_id: agentId,
        commit_hash: commitHash,
        project_path: projectPath,
        task_description: task,
        experience_gained: SCORING_POLICY.experience.commit,
        communication_score_change: 0,
        timestamp: at,
      });
    });
    (await this.#notesOf(agentId)).commit = { hash: commitHash, task };
  }

  /** A grade for how the agent communicated about a commit: its score changes, its experience does not. */
  async recordCommunicationScore(
    agentId: string,
    commitHash: string,
    projectPath: string,
    grade: Grade,
  ): Promise<void> {
    assertGrade(grade);
    const score = { type: "communication", grade } as const;
    this.#grade({ agentId, commitHash, projectPath }, score, [{ grade }]);
  }

  /**
   * The grades of a commit, by the agent and by the user. Where the client can ask (`tui.input.text`), the
   * user is asked: for the grade when it is not given, and for a word on it. A user who gives none has none counted.
   */
  async recordCommitGrade(
    agentId: string,
    commitHash: string,
    projectPath: string,
    agentGrade: Grade,
    userGrade?: Grade,
  ): Promise<void> {
    assertGrade(agentGrade);
    if (userGrade !== undefined) assertGrade(userGrade);
    const commit = { agentId, commitHash, projectPath };
    const byUser = userGrade === undefined ? [] : [{ grade: userGrade, reason: BY_USER }];
    const notes = await this.#notesOf(agentId);
    notes.grades = { agent: agentGrade, user: userGrade };
    this.#grade(commit, { type: "grade", agentGrade, userGrade }, [
      { grade: agentGrade, reason: "graded by the agent" },
      ...byUser,
    ]);
    // What is known counts already: an answer may take its time, or never come.
    const answer = await askForText(this.#client, gradeQuestion(commitHash, userGrade));
    const { grade, note } = readGradeAnswer(answer, userGrade);
    if (note !== undefined) notes.note = note;
    if (grade === undefined || userGrade !== undefined) return;
    notes.grades = { agent: agentGrade, user: grade };
    this.#grade(commit, { type: "communication", grade }, [{ grade, reason: note ?? BY_USER }]);
  }

  /** What agent and user thought of a commit, as `generateRetrospective` has begun it. */
  async recordRetrospective(agentId: string, entry: RetrospectiveEntry): Promise<void> {
    // Its own commit goes before.
    this.#buffer.bufferRetrospective(agentId, "", entry);
  }

  /** Throws `TrackerError` (`TRACKER_FULL`) while the database has no room: nothing of it is kept. */
  async logActivity(agentId: string, entry: ActivityEntry): Promise<void> {
    if (isEventDatabase(this.#database) && this.#database.isFull) {
      const reason = "the database of agents is full: prune what is old, or raise its maximum size";
      throw new TrackerError("TRACKER_FULL", reason);
    }
    this.#buffer.bufferActivity(agentId, entry);
  }

  /** A bug of the agent was found; whether anybody knows it, `getAgentStatus` says. Without skill points it is halted; the user is told once. */
  async reportBug(agentId: string): Promise<AgentStatus> {
    this.#buffer.bufferScore(agentId, { type: "bug" }, { at: this.#now() });
    const status = await this.#requireStatus(agentId);
    this.#tellHalted(status);
    return status;
  }

  /** A halted agent may work again, with one skill point. That and the reason are on record. */
  async reinstateAgent(agentId: string, reason: string): Promise<AgentStatus> {
    const at = this.#now();
    this.#buffer.bufferTogether(() => {
      this.#buffer.bufferScore(agentId, { type: "reinstate" }, { at });
      this.#buffer.bufferActivity(agentId, {
        timestamp: at.toISOString(),
        task: "reinstated",
        actions: "",
        outcome: "active again",
        decisions: reason,
      });
    });
    return this.#requireStatus(agentId);
  }

  /** Where the agent stands, with what is buffered; null for an agent nobody knows. */
  async getAgentStatus(agentId: string): Promise<AgentStatus | null> {
    const agent = isId(agentId) ? await this.#readAgent(agentId) : null;
    if (agent === null) return null;
    const status = statusOf(agent);
    // When it is halted again, that is news.
    if (!status.halted) this.#toldHalted.delete(agentId);
    return status;
  }

  /** The session of an agent begins, or goes on. */
  async initializeSessionTracking(session: HostPayload): Promise<void> {
    const agentId = agentIdIn(session);
    if (agentId === undefined) return;
    const identity = identityIn(session);
    this.#buffer.bufferSeen(agentId, { at: this.#now(), identity });
    await this.#notesOf(agentId);
    this.#notebook.beginSession(agentId, sessionIdIn(session));
    this.#tellHalted(await this.#requireStatus(agentId));
  }

  /**
   * What can be told of the session's last commit, for `recordRetrospective`, when somebody has added what they
   * think of it; null without a commit. Nothing is recorded. A grade that was not given is neutral.
   */
  async generateRetrospective(session: HostPayload): Promise<RetrospectiveEntry | null> {
    const agentId = agentIdIn(session);
    const notes = agentId === undefined ? undefined : this.#notebook.get(agentId);
    if (agentId === undefined || notes?.commit === undefined) return null;
    const { commit, grades, note = "", scoreBefore } = notes;
    const status = await this.#requireStatus(agentId);
    return {
      commit: commit.hash,
      timestamp: this.#now().toISOString(),
      task: textAt(session, "task") ?? commit.task,
      agent_grade: grades?.agent ?? 1,
      user_grade: grades?.user ?? 1,
      score_before: scoreBefore,
      score_after: status.communication_score,
      agent_note: textAt(session, "note") ?? "",
      user_note: note,
    };
  }

  /** The session is over: what is buffered is flushed. */
  async finalizeSession(session: HostPayload): Promise<FlushResult> {
    const agentId = agentIdIn(session);
    if (agentId !== undefined) this.#notebook.endSession(agentId, sessionIdIn(session));
    return this.flushWriteBuffer();
  }

  /**
   * Puts all that is buffered into the database, as `WriteBuffer.flush` does. Never throws: `errors` says
   * what stays, and why.
   */
  flushWriteBuffer(): Promise<FlushResult> {
    return this.#buffer.flush(this.#database);
  }

  #score(type: "tool" | "command", agentId: string | undefined, payload: HostPayload): void {
    if (agentId === undefined) return;
    this.#buffer.bufferScore(agentId, { type }, { at: this.#now(), identity: identityIn(payload) });
  }

  #grade(
    { agentId, commitHash, projectPath }: GradedCommit,
    score: ScoreEvent,
    grades: readonly { readonly grade: Grade; readonly reason?: string }[],
  ): void {
    const at = this.#now();
    this.#buffer.bufferTogether(() => {
      this.#buffer.bufferScore(agentId, score, { at });
      for (const graded of grades) {
        this.#buffer.bufferCommunicationEvent({
          agent_id: agentId,
          commit_hash: commitHash,
          project_path: projectPath,
          timestamp: at,
          ...graded,
        });
      }
    });
  }

  #readAgent(agentId: string): Promise<AgentData | null> {
    return this.#buffer.readAgent(this.#database, agentId);
  }

  async #requireStatus(agentId: string): Promise<AgentStatus> {
    const status = await this.getAgentStatus(agentId);
    if (status !== null) return status;
    throw new TypeError(`nothing was recorded of ${agentId}`);
  }

  async #notesOf(agentId: string): Promise<SessionNotes> {
    return this.#notebook.get(agentId) ?? this.#notebook.add(agentId, await this.#scoreOf(agentId));
  }

  async #scoreOf(agentId: string): Promise<number> {
    const { communicationScore } = SCORING_POLICY.initial;
    try {
      return (await this.#readAgent(agentId))?.communication_score ?? communicationScore;
    } catch {
      // It is for a retrospective only; what is wrong with the database, a flush tells.
      return communicationScore;
    }
  }

  #tellHalted({ id, halted }: AgentStatus): void {
    if (!halted || this.#toldHalted.has(id)) return;
    this.#toldHalted.add(id);
    showToast(this.#client, {
      message: `${id} is halted: it has no skill points left`,
      variant: "warning",
    });
  }
}

interface GradedCommit {
  readonly agentId: string;
  readonly commitHash: string;
  readonly projectPath: string;
}

const BY_USER = "graded by the user";

function sessionIdIn(session: HostPayload): string {
  return textAt(session, "id") ?? textAt(session, "sessionID") ?? "";
}

function assertGrade(grade: unknown): asserts grade is Grade {
  if (isGrade(grade)) return;
  throw new RangeError(`a grade is -1, 1, 2 or 5, not ${String(grade)}`);
}
