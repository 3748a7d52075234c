import { type AgentEntry, entryOf, parseHistory } from "./agent-history.ts";
import { type Checkpoint, parseCheckpoint } from "./checkpoint.ts";
import { type Clarification, clarificationsIn } from "./clarification-log.ts";
import { issuesIn, type LoggedIssue } from "./issue-log.ts";
import { readLog } from "./markdown-log.ts";
import { readRunFile, runFolder } from "./run-files.ts";

/** The agents of a run, in the order in which they were started. Reads only. Throws as `detectResume`. */
export async function listAgents(folder: string): Promise<readonly AgentEntry[]> {
  const history = readRunFile(runFolder(folder), "history", parseHistory);
  return history?.entries.map(entryOf) ?? [];
}

/** The checkpoint that was written last; null where there is none. Reads only. Throws as `detectResume`. */
export async function readCheckpoint(folder: string): Promise<Checkpoint | null> {
  return readRunFile(runFolder(folder), "checkpoint", parseCheckpoint)?.checkpoint ?? null;
}

/** The questions that were asked, with the answers that are there. Reads only. Throws as `detectResume`. */
export async function listClarifications(folder: string): Promise<readonly Clarification[]> {
  return clarificationsOf(runFolder(folder));
}

/** The issues that have a heading, in the order of `ISSUES.md`. Reads only. Throws as `detectResume`. */
export async function listIssues(folder: string): Promise<readonly LoggedIssue[]> {
  return readRunFile(runFolder(folder), "issues", (bytes) => issuesIn(readLog(bytes))) ?? [];
}

/** The clarifications of the run in an absolute folder. Throws `RunStateError`, `PlanningError`. */
export function clarificationsOf(folder: string): Clarification[] {
  const parse = (bytes: Uint8Array): Clarification[] => clarificationsIn(readLog(bytes));
  return readRunFile(folder, "clarifications", parse) ?? [];
}
