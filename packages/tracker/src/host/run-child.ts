import type { ChildProcess } from "node:child_process";

import { TrackerError } from "../errors.ts";
import { type FlushAnswer, flushAnswerSchema } from "../flush/flush-answer.ts";
import type { FlushChildOptions } from "./flush-child-options.ts";
import { type ChildTask, startChild } from "./start-child.ts";

/**
 * What the program answers that has the database open for a host; it is gone when this resolves. Throws `TrackerError`
 * (`TRACKER_FLUSH_FAILED`) when it did not come to its end, within its time.
 */
export async function runChild(task: ChildTask, options: FlushChildOptions): Promise<FlushAnswer> {
  const said = await outputOf(task, options);
  try {
    return flushAnswerSchema.parse(JSON.parse(said));
  } catch (error) {
    throw failed(`it said ${JSON.stringify(said.slice(0, 200))}`, error);
  }
}

// An answer has a few kilobytes.
const LONGEST_OUTPUT = 2 ** 20;

function outputOf(task: ChildTask, options: FlushChildOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const stdio = ["ignore", "pipe", "pipe"] as const;
    const { child, command, timeoutMilliseconds } = startChild(task, options, [...stdio]);
    const { stdout: output, stderr: complaints } = child;
    if (child.pid === undefined || output === null || complaints === null) {
      // Such as for want of file descriptors.
      child.once("error", (error) => reject(notStarted(command, error)));
      return;
    }
    const end = (reason: string): void => {
      killGroup(child);
      settle(() => reject(failed(reason)));
    };
    const timer = setTimeout(
      () => end(`it was killed after ${timeoutMilliseconds} ms`),
      timeoutMilliseconds,
    );
    // What it has started may hold its outputs open for longer than it lives.
    const settle = (answer: () => void): void => {
      clearTimeout(timer);
      output.destroy();
      complaints.destroy();
      answer();
    };
    let stdout = "";
    let stderr = "";
    output.setEncoding("utf8").on("data", (data: string) => {
      stdout += data;
      if (stdout.length > LONGEST_OUTPUT) end("it said too much");
    });
    complaints.setEncoding("utf8").on("data", (data: string) => {
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

export function notStarted(command: string, error: Error): TrackerError {
  return failed(`${command} could not be started: ${error.message}`, error);
}

function failed(reason: string, cause?: unknown): TrackerError {
  return new TrackerError(
    "TRACKER_FLUSH_FAILED",
    `the process that has the database open failed: ${reason}`,
    cause,
  );
}
