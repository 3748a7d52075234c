import fs from "node:fs";
import { basename, join } from "node:path";

import { withFileLock } from "../../src/locks/with-file-lock.ts";
import { findOrphans, type Orphan } from "../../src/recovery/find-orphans.ts";
import { recoverFile } from "../../src/recovery/recover-file.ts";
import { contentsBeside, MODE, type Operation, OPERATIONS, prepareFolder } from "./operations.ts";
import type { SystemCall } from "./strace.ts";
import { type Answer, Victim } from "./victim.ts";

export const FAULTS = ["KILL", "ENOSPC", "EIO", "EMFILE", "EACCES", "EROFS"] as const;
export type Fault = (typeof FAULTS)[number];

/** What became of one fault in one call. */
export interface Cell {
  readonly call: string;
  readonly fault: Fault;
  /** False: this time the operation did not make the call. */
  readonly wasHit: boolean;
  /** For the printed matrix. */
  readonly seen: string;
  /** What is wrong with it; empty: nothing. */
  readonly faults: readonly string[];
  /** Until the lock was taken by another process, in milliseconds. */
  readonly lockMilliseconds: number;
}

/** Three folders of one run: the operation's, one to warm up in, and the path of strace's log. */
interface Places {
  readonly folder: string;
  readonly warmFolder: string;
  readonly log: string;
}

function placesIn(parent: string, name: string): Places {
  const places = {
    folder: join(parent, name, "folder"),
    warmFolder: join(parent, name, "warm"),
    log: join(parent, name, "log"),
  };
  fs.mkdirSync(places.folder, { recursive: true });
  fs.mkdirSync(places.warmFolder);
  return places;
}

interface FileCall extends SystemCall {
  /** For the printed matrix. */
  readonly title: string;
}

/** The calls that an operation makes on the files of its folder. */
async function recordCalls(name: string, parent: string): Promise<FileCall[]> {
  const places = placesIn(parent, "record");
  const operation = operationOf(name);
  prepareFolder(places.folder, operation);
  const victim = await Victim.start(name, places.folder, places.warmFolder);
  const { calls, answer } = await victim.obey(places.log);
  await victim.end();
  if (answer.outcome !== "done") throw new Error(`${name} without a fault: ${answer.message}`);
  return calls
    .filter(({ text }) => text.includes(places.folder) && !text.includes(".witness"))
    .map((call) => ({ ...call, title: describe(call, places.folder, operation.file) }));
}

/** Each of these faults in each call that the operation makes on its files. */
export async function runMatrix(
  name: string,
  faults: readonly Fault[],
  parent: string,
): Promise<Cell[]> {
  const calls = await recordCalls(name, parent);
  const errors = faults.filter((fault) => fault !== "KILL");
  const kills: Cell[] = [];
  const left = (faults.includes("KILL") ? calls : []).entries();
  // Each takes a process of its own: two at once keep two processors at work.
  const work = async (worker: number): Promise<void> => {
    for (const [index, call] of left) {
      kills.push(
        await untilHit((attempt) =>
          die(name, call, placesIn(parent, `kill-${worker}-${index}-${attempt}`)),
        ),
      );
    }
  };
  const inOneProcess = survive(name, calls, errors, placesIn(parent, "errors"));
  const [survived] = await Promise.all([inOneProcess, work(0), work(1)]);
  return [...kills, ...survived];
}

async function die(name: string, call: FileCall, places: Places): Promise<Cell> {
  const operation = operationOf(name);
  prepareFolder(places.folder, operation);
  const victim = await Victim.start(name, places.folder, places.warmFolder);
  const injection = { call, fault: "signal=KILL" };
  const { answer, calls } = await victim.obey(places.log, injection);
  await victim.end();
  const wasHit = answer.outcome === "killed" && calls.at(-1)?.text.includes(places.folder) === true;
  return judge(operation, places.folder, call, "KILL", answer, wasHit);
}

async function survive(
  name: string,
  calls: readonly FileCall[],
  faults: readonly Fault[],
  places: Places,
): Promise<Cell[]> {
  const operation = operationOf(name);
  prepareFolder(places.folder, operation);
  const start = (): Promise<Victim> => Victim.start(name, places.folder, places.warmFolder);
  let victim = await start();
  const inject = async (call: FileCall, fault: Fault): Promise<Cell> => {
    prepareFolder(places.folder, operation);
    const { answer, calls: made } = await victim.obey(places.log, {
      call,
      fault: `error=${fault}`,
    });
    const hit = made.find(({ text }) => text.includes("(INJECTED)"));
    const wasHit = hit?.text.includes(places.folder) === true;
    if (answer.outcome === "killed") {
      if (wasHit) throw new Error(`${fault} in ${call.title} ended it: ${answer.message}`);
      // It hit a call of the runtime, which does not live without: its wake-up of a thread, say.
      victim = await start();
    }
    return judge(operation, places.folder, call, fault, answer, wasHit);
  };
  const cells: Cell[] = [];
  for (const call of calls) {
    for (const fault of faults) cells.push(await untilHit(() => inject(call, fault)));
  }
  await victim.end();
  return cells;
}

/** A call of the runtime itself may come between; one of the operation may depend on the time. */
async function untilHit(run: (attempt: number) => Promise<Cell>): Promise<Cell> {
  let cell = await run(0);
  for (let attempt = 1; attempt < 5 && !cell.wasHit; attempt += 1) cell = await run(attempt);
  return cell;
}

function operationOf(name: string): Operation {
  const operation = OPERATIONS[name];
  if (operation === undefined) throw new Error(`there is no operation ${name}`);
  return operation;
}

async function judge(
  operation: Operation,
  folder: string,
  { title }: FileCall,
  fault: Fault,
  answer: Answer,
  wasHit: boolean,
): Promise<Cell> {
  const path = join(folder, operation.file);
  const { outcome, code = "", installed = false, message = "" } = answer;
  const faults: string[] = [];
  const state = stateOf(path, operation);
  if (state === "torn") faults.push("torn");
  if (outcome === "done" && !["new", "kept"].includes(state)) faults.push("silent error");
  if (outcome === "failed" && !code.startsWith("ATOMIC_FS_")) faults.push(`untyped: ${message}`);
  if (outcome === "failed" && installed && state === "old") faults.push("not installed");
  if (outcome === "failed" && !installed && state === "new") faults.push("a failure that is none");
  faults.push(...faultsOfLeftovers(path, operation, outcome, await findOrphans(path)));
  const started = performance.now();
  try {
    await withFileLock(path, () => {}, { timeoutMilliseconds: 2_000 });
  } catch {
    faults.push("the lock is not free");
  }
  const lockMilliseconds = performance.now() - started;
  if (outcome === "killed") faults.push(...(await faultsOfRecovery(path, operation)));
  const error = outcome === "failed" ? ` ${code.replace("ATOMIC_FS_", "")}` : "";
  const seen = wasHit ? `${state}${error}` : "not made";
  return { call: title, fault, wasHit, seen, faults, lockMilliseconds };
}

type State = "old" | "new" | "kept" | "in between" | "torn";

function stateOf(path: string, { before, after, isInTwoSteps }: Operation): State {
  const content = fs.existsSync(path) ? fs.readFileSync(path, "utf8") : undefined;
  if (content === before) return before === after ? "kept" : "old";
  if (content === after) return "new";
  return content === undefined && isInTwoSteps === true ? "in between" : "torn";
}

function faultsOfLeftovers(
  path: string,
  { before, after, leaves, isInTwoSteps = false }: Operation,
  outcome: Answer["outcome"],
  orphans: readonly Orphan[],
): string[] {
  const faults: string[] = [];
  for (const orphan of orphans) {
    const isExpected = outcome === "killed" || leaves?.test(orphan.path) === true;
    if (!isExpected) faults.push(`left a temporary file: ${orphan.path}`);
    if (orphan.writer !== "dead") faults.push(`takes the writer for ${orphan.writer}`);
  }
  const temporary = orphans.map((orphan) => basename(orphan.path));
  const known = new Set([basename(path), `${basename(path)}.lock`, ...temporary]);
  for (const name of fs.readdirSync(join(path, ".."))) {
    const isKnown = known.has(name) || leaves?.test(name) === true;
    if (!isKnown) faults.push(`left ${name}`);
    const stats = fs.lstatSync(join(path, "..", name));
    if (stats.isFile() && (stats.mode & ~MODE & 0o777) !== 0) faults.push(`${name}: another mode`);
  }
  const contents = isInTwoSteps ? contentsBeside(path) : [];
  for (const content of isInTwoSteps ? [before, after] : []) {
    if (content !== undefined && !contents.includes(content)) faults.push("a content is lost");
  }
  return faults;
}

/** Of a file that is lost after the kill: what the killed writer had ready takes its place. */
async function faultsOfRecovery(path: string, operation: Operation): Promise<string[]> {
  const { after, before, isInTwoSteps = false } = operation;
  if (before === undefined || after === undefined || !isJson(before)) {
    if (!isInTwoSteps || after === undefined) return [];
    await recoverFile(path);
    return stateOf(path, operation) === "new" ? [] : ["not recovered"];
  }
  const contents = (await findOrphans(path)).map((orphan) => fs.readFileSync(orphan.path, "utf8"));
  const wanted = contents.includes(after) ? "recovered" : "unrecoverable";
  fs.unlinkSync(path);
  const { outcome } = await recoverFile(path);
  if (outcome !== wanted) return [`${outcome} instead of ${wanted}`];
  const isRight = outcome === "unrecoverable" || fs.readFileSync(path, "utf8") === after;
  if (!isRight) return ["recovered half of a file"];
  fs.writeFileSync(path, before);
  return (await recoverFile(path)).outcome === "intact" ? [] : ["recovered what is valid"];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // That it is none is the answer.
    return false;
  }
}

/** The call and what it is about, without what differs from run to run. */
function describe({ name, text }: SystemCall, folder: string, file: string): string {
  const about = [...text.matchAll(/[<"]([^<>"]*)[>"]/g)]
    .map(([, path = ""]) => path)
    .filter((path) => path === folder || path.startsWith(`${folder}/`))
    .map((path) => (path === folder ? "folder" : roleOf(basename(path), file)));
  return `${name} ${[...new Set(about)].join(" → ")}`;
}

function roleOf(name: string, file: string): string {
  if (name === file) return "file";
  if (name.startsWith(`${file}.tmp.`)) return "temporary file";
  if (/^\.\w{8}\.lock$/.test(name)) return "guard";
  return name.replace(`${file}.`, "").replace(/-\d+$/, "");
}

/** The matrix as people read it. */
export function printMatrix(operation: string, cells: readonly Cell[]): string {
  const calls = [...new Set(cells.map(({ call }) => call))];
  const width = Math.max(...calls.map((call) => call.length), operation.length);
  const columns = FAULTS.filter((fault) => cells.some((cell) => cell.fault === fault));
  const row = (first: string, texts: readonly string[]): string =>
    [first.padEnd(width), ...texts.map((text) => text.padEnd(18))].join("  ").trimEnd();
  const lines = calls.map((call) =>
    row(
      call,
      columns.map((fault) =>
        cells
          .filter((cell) => cell.call === call && cell.fault === fault)
          .map(({ seen, faults }) =>
            faults.length === 0 ? seen : `${seen} (${faults.join(", ")})`,
          )
          .join(" | "),
      ),
    ),
  );
  const longest = Math.max(...cells.map(({ lockMilliseconds }) => lockMilliseconds));
  const wrong = cells.filter(({ faults }) => faults.length > 0).length;
  const sum = `${cells.length} runs, ${wrong} with something wrong; lock free after at most ${longest.toFixed(1)} ms`;
  return [row(operation, columns), ...lines, sum].join("\n");
}
