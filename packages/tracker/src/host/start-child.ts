import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { parse, resolve } from "node:path";

import { databasePathOf } from "../database-path.ts";
import type { FlushAssignment } from "../flush/flush-assignment.ts";
import type { FlushChildOptions } from "./flush-child-options.ts";
import { ownProgram } from "./own-program.ts";

const DEFAULT_TIMEOUT_MILLISECONDS = 60_000;
// What a timer can hold (https://nodejs.org/api/timers.html#settimeoutcallback-delay-args).
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;

/** What the child is to do, beside what the options say. */
export type ChildTask = Pick<FlushAssignment, "folder" | "project" | "isLeft">;

export interface StartedChild {
  /** Without a `pid` it could not be started: then it has no outputs either, and an `error` follows. */
  readonly child: ChildProcess;
  readonly command: string;
  readonly timeoutMilliseconds: number;
}

/** Starts the program that has the database open for a host. Throws what `spawn` and `ownProgram` throw. */
export function startChild(
  task: ChildTask,
  options: FlushChildOptions,
  stdio: StdioOptions,
): StartedChild {
  const { maxSize } = options;
  const { timeoutMilliseconds: asked = DEFAULT_TIMEOUT_MILLISECONDS } = options;
  const timeoutMilliseconds = Math.min(asked, LONGEST_TIMER_MILLISECONDS);
  const [command = process.execPath, ...args] = options.command ?? [
    process.execPath,
    ownProgram(import.meta.url),
  ];
  const assignment: FlushAssignment = {
    ...task,
    path: databasePathOf(options.path),
    maxSize,
    folder: resolve(task.folder),
    timeoutMilliseconds,
  };
  const child = spawn(command, [...args, JSON.stringify(assignment)], {
    // Bun runs what a `bunfig.toml` of its folder names, and takes its `.env`: those of a project are not meant for us.
    cwd: parse(process.execPath).root,
    env: {
      ...process.env,
      BUN_BE_BUN: "1",
      // Bun would keep large programs in the home folder, and make that again where somebody has removed it.
      BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0",
    },
    stdio,
    // What a terminal sends to its foreground, such as Ctrl-C, does not reach it.
    detached: process.platform !== "win32" || task.isLeft === true,
    windowsHide: true,
  });
  return { child, command, timeoutMilliseconds };
}
