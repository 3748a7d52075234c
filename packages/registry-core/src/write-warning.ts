import type { Warning } from "./errors.ts";
import { printable } from "./text/printable.ts";

/** Where a warning goes that nobody else listens for: to stderr. A path may hold what acts on a terminal. */
export function writeWarning({ message }: Warning): void {
  process.stderr.write(`warning: ${printable(message)}\n`);
}
