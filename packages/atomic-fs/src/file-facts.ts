/**
 * What is asked of a file, as Node's `Stats` has it. Spelled out: whoever has no declarations of Node's can still
 * check the declarations of this package.
 */
export interface FileFacts {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  readonly dev: number;
  readonly ino: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
  /** How many names it has. */
  readonly nlink: number;
  readonly atime: Date;
  readonly mtime: Date;
  /** Milliseconds. */
  readonly mtimeMs: number;
}
