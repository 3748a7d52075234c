import { type ChildProcess, spawn } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

import { databasePathOf } from "../database-path.ts";
import type { JournalFlush } from "../database.ts";
import { TrackerError } from "../errors.ts";
import type { Failure } from "../failure.ts";
import type { FlushAssignment } from "../flush-assignment.ts";
import { fields, listOf, number, object, optional, recordSchema, text } from "../record-schema.ts";

export interface FlushChildOptions {
  /** As in `DatabaseConfig`. */
  readonly path?: string | undefined;
  readonly maxSize?: number | undefined;
  /**
   * The program that flushes, with its arguments. Default: that of this package, run by the program that runs this
   * process, Node or Bun. (`BUN_BE_BUN` makes a Bun out of a program that has one inside, such as OpenCode.)
   */
  readonly command?: readonly string[] | undefined;
  /** After that the child is killed, which loses nothing. Default 60 000. */
  readonly timeoutMilliseconds?: number | undefined;
}

// TypeScript beside TypeScript, JavaScript beside JavaScript.
const program = fileURLToPath(
  new URL(`../lmdb/flush-child${extname(import.meta.url)}`, import.meta.url),
);

const DEFAULT_TIMEOUT_MILLISECONDS = 60_000;
// What a timer can hold (https://nodejs.org/api/timers.html#settimeoutcallback-delay-args).
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;

/** What the child says on stdout. */
interface ChildResult {
  readonly entriesWritten: number;
  readonly applied: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
}

const failure = fields({ code: text, message: text, stream: optional(text) });
const resultSchema = recordSchema<ChildResult>({
  entriesWritten: number,
  applied: object(number),
  failures: listOf(failure),
});

/**
 * Applies the journals of a folder in a process of its own, which is gone when this resolves. Throws
 * `TrackerError` (`TRACKER_FLUSH_FAILED`) when that one did not come to its end; then it may have applied
 * some, and the next one goes on from there.
 */
export async function flushInChild(
  folder: string,
  options: FlushChildOptions,
): Promise<JournalFlush> {
  const { maxSize } = options;
  const { timeoutMilliseconds: asked = DEFAULT_TIMEOUT_MILLISECONDS } = options;
  const timeoutMilliseconds = Math.min(asked, LONGEST_TIMER_MILLISECONDS);
  const [command = process.execPath, ...args] = options.command ?? [process.execPath, program];
  const path = databasePathOf(options.path);
  const assignment: FlushAssignment = { path, maxSize, folder, timeoutMilliseconds };
  const said = await outputOf([command, ...args, JSON.stringify(assignment)], timeoutMilliseconds);
  const { applied, ...result } = parseResult(said);
  return { ...result, applied: new Map(Object.entries(applied)) };
}

function parseResult(said: string): ChildResult {
  try {
    return resultSchema.parse(JSON.parse(said));
  } catch (error) {
    throw failed(`it said ${JSON.stringify(said.slice(0, 200))}`, error);
  }
}

// An answer has a few kilobytes.
const LONGEST_OUTPUT = 2 ** 20;

function outputOf(commandLine: readonly string[], timeout: number): Promise<string> {
  const [command = "", ...args] = commandLine;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...process.env, BUN_BE_BUN: "1" },
      stdio: ["ignore", "pipe", "pipe"],
      // What a terminal sends to its foreground, such as Ctrl-C, does not reach it.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    if (child.pid === undefined) {
      // Such as for want of file descriptors: then it has no outputs either.
      child.once("error", (error) => {
        reject(failed(`${command} could not be started: ${error.message}`, error));
      });
      return;
    }
    const end = (reason: string): void => {
      killGroup(child);
      settle(() => reject(failed(reason)));
    };
    const timer = setTimeout(() => end(`it was killed after ${timeout} ms`), timeout);
    // What it has started may hold its outputs open for longer than it lives.
    const settle = (answer: () => void): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      answer();
    };
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (data: string) => {
      stdout += data;
      if (stdout.length > LONGEST_OUTPUT) end("it said too much");
    });
    child.stderr.setEncoding("utf8").on("data", (data: string) => {
      stderr = (stderr + data).slice(-LONGEST_COMPLAINT);
    });
    child.once("close", (code, signal) => {
      settle(() => {
        if (code === 0) resolve(stdout);
        else reject(failed(`it ended with ${signal ?? code}: ${stderr.trim()}`));
      });
    });
  });
}

// Of what it says before it ends.
const LONGEST_COMPLAINT = 500;

/** With all that it has started: it has a process group of its own. */
function killGroup(child: ChildProcess): void {
  try {
    if (child.pid === undefined) return;
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function failed(reason: string, cause?: unknown): TrackerError {
  return new TrackerError(
    "TRACKER_FLUSH_FAILED",
    `the process that flushes failed: ${reason}`,
    cause,
  );
}
