import type { Warning } from "./errors.ts";

/** Where a warning goes that nobody else listens for: to stderr. A path may hold what acts on a terminal. */
export function writeWarning({ message }: Warning): void {
  process.stderr.write(`warning: ${message.replaceAll(/\p{Cc}/gu, "\u{fffd}")}\n`);
}
