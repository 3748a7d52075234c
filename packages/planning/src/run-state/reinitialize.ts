import fs from "node:fs";

import { quarantineFile, recoverFile, writeFileAtomicSync } from "@x/atomic-fs";

import { PlanningError } from "../errors.ts";
import { assertBounded } from "../read-bounded.ts";
import { type AgentEntry, entryOf, parseHistory, parseHistoryDocument } from "./agent-history.ts";
import { durabilityOf } from "./change-run-file.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { noteCurrentAgent, readCurrentAgent } from "./current-agent.ts";
import { type JsonObject, renderJson } from "./json-document.ts";
import { countSummaries } from "./plan-files.ts";
import { rebuiltHistory } from "./rebuilt-history.ts";
import { namesIn, readRunFile, type RunFile, runPath } from "./run-files.ts";
import { RunStateError } from "./run-state-error.ts";
import { summariesOf } from "./summary-file.ts";

/** Whether a history that is sound is rebuilt as well. */
export interface ReinitializeRequest {
  /** Rebuild the agent history also where it is sound. */
  readonly force?: boolean | undefined;
}

/** What became of the files of a run. */
export interface Reinitialized {
  /** `recovered`: from a write that was cut short. `rebuilt`: from the summaries. */
  readonly history: "intact" | "recovered" | "rebuilt";
  readonly checkpoint: "none" | "intact" | "recovered" | "set-aside";
  /** What the agent history holds now: of more summaries than its `max_entries` those of the last plans. */
  readonly agents: readonly AgentEntry[];
  /** How many summaries there are. */
  readonly summaries: number;
  /** Where the files went that were replaced. */
  readonly asides: readonly string[];
  /** The agent that was at work, as `current-agent-id.txt` had it, where the history does not know it any more. */
  readonly former_agent: string | null;
}

/** Brings back the files of a run, or throws `PLANNING_RUN_SOUND`, `PLANNING_RUN_NEWER`. Inside the fence. */
export async function reinitialize(
  folder: string,
  { force: isForced = false }: ReinitializeRequest,
): Promise<Reinitialized> {
  const found = stateOf(folder, "history");
  const historyState = isForced ? "damaged" : found;
  const checkpointState = stateOf(folder, "checkpoint");
  if (historyState === "sound" && checkpointState !== "damaged") {
    const reason = "its agent history and its checkpoint are sound: there is nothing to rebuild";
    throw new RunStateError("PLANNING_RUN_SOUND", folder, reason);
  }
  const current = readCurrentAgent(folder) ?? null;
  const asides: string[] = [];
  await recover(folder, "state", asides);
  const checkpoint = await settleCheckpoint(folder, checkpointState, asides);
  const isRecovered =
    !isForced && historyState !== "sound" && (await recover(folder, "history", asides));
  if (historyState !== "sound" && !isRecovered) await rebuild(folder, asides);
  const history = readRunFile(folder, "history", parseHistory);
  if (history !== undefined) noteCurrentAgent(folder, history);
  const agents = history?.entries.map(entryOf) ?? [];
  return {
    history: historyState === "sound" ? "intact" : isRecovered ? "recovered" : "rebuilt",
    checkpoint,
    agents,
    summaries: countSummaries(namesIn(folder, "summaries")),
    asides,
    former_agent: agents.some(({ agent_id }) => agent_id === current) ? null : current,
  };
}

type FileState = "sound" | "missing" | "damaged";

const PARSERS = { history: parseHistory, checkpoint: parseCheckpoint } as const;

/** Throws for what is not damaged, and not for us either: unreadable, or of a newer version. */
function stateOf(folder: string, file: keyof typeof PARSERS): FileState {
  try {
    const parse: (bytes: Uint8Array) => unknown = PARSERS[file];
    return readRunFile(folder, file, parse) === undefined ? "missing" : "sound";
  } catch (error) {
    if (isDamage(error)) return "damaged";
    throw error;
  }
}

function isDamage(error: unknown): boolean {
  if (error instanceof RunStateError) return error.code === "PLANNING_RUN_DAMAGED";
  return error instanceof PlanningError && error.code === "PLANNING_TOO_LARGE";
}

/** Finishes a write that was cut short, where there is one that is whole and newer. */
async function recover(folder: string, file: RunFile, asides: string[]): Promise<boolean> {
  const path = runPath(folder, file);
  const parse = file === "history" || file === "checkpoint" ? PARSERS[file] : undefined;
  const validate = (bytes: Uint8Array): void => {
    assertBounded(path, bytes.length);
    parse?.(bytes);
  };
  const recovery = await recoverFile(path, parse && { validate });
  if (recovery.outcome !== "recovered") return false;
  if (recovery.aside !== undefined) asides.push(recovery.aside);
  return true;
}

async function settleCheckpoint(
  folder: string,
  state: FileState,
  asides: string[],
): Promise<Reinitialized["checkpoint"]> {
  if (state === "sound") return "intact";
  if (await recover(folder, "checkpoint", asides)) return "recovered";
  if (state === "missing") return "none";
  asides.push(await quarantineFile(runPath(folder, "checkpoint")));
  return "set-aside";
}

/** The old one stays until the new one takes its place: a crash in between changes nothing. */
async function rebuild(folder: string, asides: string[]): Promise<void> {
  const path = runPath(folder, "history");
  const history = rebuiltHistory(summariesOf(folder), formerDocument(folder));
  if (fs.existsSync(path)) asides.push(await quarantineFile(path, { keep: true }));
  const durability = durabilityOf("history");
  writeFileAtomicSync(path, renderJson(history.document), { durability });
}

/** What could be read of the one that is replaced. */
function formerDocument(folder: string): JsonObject | undefined {
  try {
    return readRunFile(folder, "history", parseHistoryDocument);
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}
