import type { JournalFlush } from "../database.ts";
import type { FlushChildOptions } from "./flush-child-options.ts";
import { runChild } from "./run-child.ts";

/**
 * Applies the journals of a folder in a process of its own, which is gone when this resolves. Throws
 * `TrackerError` (`TRACKER_FLUSH_FAILED`) when that one did not come to its end; then it may have applied
 * some, and the next one goes on from there.
 */
export async function flushInChild(
  folder: string,
  options: FlushChildOptions,
): Promise<JournalFlush> {
  const { entriesWritten, applied, failures } = await runChild({ folder }, options);
  return { entriesWritten, applied: new Map(Object.entries(applied)), failures };
}
