/** What the process ends with. Stable, documented in the README. */
export const EXIT = {
  done: 0,
  /** The command understood what was asked and could not do it, or found something wrong. */
  failed: 1,
  /** The command line was not understood; nothing was done. */
  usage: 2,
  /** `lease run`: its command could not be started, or was not found, as shells have it. */
  commandNotStarted: 126,
  commandNotFound: 127,
  /** A fault of Cabinet itself (EX_SOFTWARE of sysexits(3)). */
  fault: 70,
} as const;
