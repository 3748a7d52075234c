import fs from "node:fs";

import { writeFileAtomicSync } from "@x/atomic-fs";

import { type AgentHistory, EMPTY_HISTORY, runningIn, withEntries } from "./agent-history.ts";
import { nameIn } from "./agent-text.ts";
import { durabilityOf } from "./change-run-file.ts";
import { foundRunning } from "./record-agent.ts";
import { removeIfPresent } from "./run-fence.ts";
import { readRunFile, runPath } from "./run-files.ts";

/*
 * `current-agent-id.txt` says for people which agent is at work. The history is written first and is
 * the truth: the file counts only where there is no history.
 */

/** The id that stands in the file; undefined where none does. Throws `PlanningError`. */
export function readCurrentAgent(folder: string): string | undefined {
  return readRunFile(folder, "currentAgent", (bytes) =>
    nameIn(Buffer.from(bytes).toString("utf8")),
  );
}

/** Has the file say what the history says. Never throws: what it says wrongly is ignored. */
export function noteCurrentAgent(folder: string, history: AgentHistory): void {
  const id = runningIn(history)?.agent_id ?? undefined;
  try {
    if (readCurrentAgent(folder) === id) return;
    const path = runPath(folder, "currentAgent");
    if (id === undefined) removeIfPresent(path);
    else writeFileAtomicSync(path, `${id}\n`, { durability: durabilityOf("currentAgent") });
  } catch {
    // What happened is in the history; the next one who changes that tries again.
  }
}

/** The history of a run whose file is gone: the agent that was at work is not forgotten. */
export function historyWithoutFile(folder: string, now: Date): AgentHistory {
  const id = readCurrentAgent(folder);
  if (id === undefined) return EMPTY_HISTORY;
  const started = fs.statSync(runPath(folder, "currentAgent"), { throwIfNoEntry: false })?.mtime;
  return withEntries(EMPTY_HISTORY, [foundRunning(id, (started ?? now).toISOString())]);
}
