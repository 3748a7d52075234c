import fs from "node:fs";
import { join } from "node:path";

import { quarantineFile, recoverFile, writeFileAtomicSync } from "@x/atomic-fs";

import { assertContained } from "../contained.ts";
import { PlanningError } from "../errors.ts";
import { assertBounded, readBounded } from "../read-bounded.ts";
import { type AgentEntry, type AgentHistory, entryOf, parseHistory } from "./agent-history.ts";
import { durabilityOf } from "./change-run-file.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { noteCurrentAgent, readCurrentAgent } from "./current-agent.ts";
import { type HoldOptions, holdRun } from "./hold-run.ts";
import { renderJson } from "./json-document.ts";
import { assertExecutor } from "./open-run-state.ts";
import { planOfSummary } from "./plan-files.ts";
import { rebuiltHistory, type Summary } from "./rebuilt-history.ts";
import { namesIn, readRunFile, type RunFile, runFolder, runPath } from "./run-files.ts";
import { RunStateError } from "./run-state-error.ts";

export interface ReinitializeOptions extends HoldOptions {
  /** Rebuild the agent history also where it is sound. */
  readonly force?: boolean | undefined;
}

/** What became of the files of a run. */
export interface Reinitialized {
  /** `recovered`: from a write that was cut short. `rebuilt`: from the summaries. */
  readonly history: "intact" | "recovered" | "rebuilt";
  readonly checkpoint: "none" | "intact" | "recovered" | "set-aside";
  /** What the agent history holds now. */
  readonly agents: readonly AgentEntry[];
  /** Where the files went that were replaced. */
  readonly asides: readonly string[];
  /** The agent that was at work, as `current-agent-id.txt` had it, where the history does not know it any more. */
  readonly former_agent: string | null;
}

/**
 * Brings back a run whose files are beyond repair. What was cut short by a crash is finished where it can be;
 * else the agent history is built anew from the summaries, each with the outcome that it states, and a
 * damaged checkpoint is set aside. Nothing is lost: what is replaced is set aside as `.broken-<digits>`.
 *
 * Throws `RunStateError`: `PLANNING_RUN_SOUND` where nothing is damaged (and not `force`), `PLANNING_RUN_HELD`,
 * `PLANNING_RUN_NEWER`, `PLANNING_RUN_FOLDER_MISSING`; and what `openRunState` throws else.
 */
export async function reinitializeFromSummaries(
  folder: string,
  options: ReinitializeOptions,
): Promise<Reinitialized> {
  const top = runFolder(folder);
  assertExecutor(top, options.executor);
  if (!fs.existsSync(top)) {
    throw new RunStateError("PLANNING_RUN_FOLDER_MISSING", top, "there is no such folder");
  }
  const held = await holdRun(top, options);
  try {
    return await held.fence.inside(() => reinitialize(top, options.force === true));
  } finally {
    await held.release();
  }
}

async function reinitialize(folder: string, isForced: boolean): Promise<Reinitialized> {
  const historyState = isForced ? "damaged" : stateOf(folder, "history");
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
    if (error instanceof RunStateError && error.code === "PLANNING_RUN_DAMAGED") return "damaged";
    if (error instanceof PlanningError && error.code === "PLANNING_TOO_LARGE") return "damaged";
    throw error;
  }
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
async function rebuild(folder: string, asides: string[]): Promise<AgentHistory> {
  const path = runPath(folder, "history");
  const history = rebuiltHistory(summariesOf(folder));
  if (fs.existsSync(path)) asides.push(await quarantineFile(path, { keep: true }));
  const durability = durabilityOf("history");
  writeFileAtomicSync(path, renderJson(history.document), { durability });
  return history;
}

function summariesOf(folder: string): Summary[] {
  const top = runPath(folder, "summaries");
  return namesIn(folder, "summaries").flatMap((name) => {
    const plan = planOfSummary(name);
    const path = join(top, name);
    const stats = fs.lstatSync(path, { throwIfNoEntry: false });
    if (plan === undefined || stats === undefined) return [];
    return [{ plan, written: stats.mtime.toISOString(), text: textOf(folder, path) }];
  });
}

/** One that cannot be read, or lies elsewhere, does not keep the others from being read. */
function textOf(folder: string, path: string): string | undefined {
  try {
    assertContained(folder, path);
    const bytes = readBounded(path);
    return bytes && Buffer.from(bytes).toString("utf8");
  } catch (error) {
    if (error instanceof PlanningError) return undefined;
    throw error;
  }
}
