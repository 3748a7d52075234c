import { listStreamNames } from "../journal/list-streams.ts";
import type { FlushChildOptions } from "./flush-child-options.ts";
import { notStarted } from "./run-child.ts";
import { startChild } from "./start-child.ts";

/**
 * Has the journals of a folder applied by a process that outlives this one, and that nobody waits for. What could not
 * be started is told; then, as after whatever becomes of it, the journals stay for the next flush. Never throws.
 */
export function leaveJournals(
  folder: string,
  options: FlushChildOptions,
  onFailure: (error: unknown) => void,
): void {
  try {
    if (listStreamNames(folder).length === 0) return;
    const { child, command } = startChild({ folder, isLeft: true }, options, "ignore");
    // Heard by a host that lives for a moment longer; without anybody who listens it would end that one.
    child.once("error", (error) => onFailure(notStarted(command, error)));
    child.unref();
  } catch (error) {
    onFailure(error);
  }
}
