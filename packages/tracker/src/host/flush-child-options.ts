/** Which database a child process opens, by which program, and how long it may take. */
export interface FlushChildOptions {
  /** As in `DatabaseConfig`. */
  readonly path?: string | undefined;
  readonly maxSize?: number | undefined;
  /**
   * The program that flushes, with its arguments. It runs in the root folder, so paths are absolute. Default: that of
   * this package, run by the program that runs this process, Node or Bun. (`BUN_BE_BUN` makes a Bun out of a program
   * that has one inside, such as OpenCode.) It lies beside this module: in a bundle there is none, and without a
   * `command` what needs it fails (`TRACKER_FLUSH_FAILED`).
   */
  readonly command?: readonly string[] | undefined;
  /** After that the child is killed, which loses nothing. Default 60 000. */
  readonly timeoutMilliseconds?: number | undefined;
}
