import fs from "node:fs";
import { promisify } from "node:util";

const fdatasync = promisify(fs.fdatasync);
const close = promisify(fs.close);

/** A file of a journal that is being written. */
export class OpenSegment {
  size = 0;
  /** False: it ends with a part of a line, and what comes next begins a file of its own. */
  isWhole = true;
  readonly #path: string;
  readonly #descriptor: number;
  readonly #inode: number;

  /** Throws, and leaves no file, when its beginning could not be written. */
  constructor(path: string, beginning: string) {
    const { O_WRONLY, O_APPEND, O_CREAT, O_EXCL } = fs.constants;
    this.#path = path;
    this.#descriptor = fs.openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, 0o600);
    try {
      this.#inode = fs.fstatSync(this.#descriptor).ino;
      this.append(beginning);
    } catch (error) {
      fs.closeSync(this.#descriptor);
      fs.unlinkSync(path);
      throw error;
    }
  }

  /** Throws when not all of it could be written; then there may be whole lines of it for a moment. */
  append(lines: string): void {
    const bytes = Buffer.from(lines);
    try {
      for (let from = 0; from < bytes.length;) {
        const written = fs.writeSync(this.#descriptor, bytes, from);
        if (written === 0) throw new Error("nothing more can be written");
        from += written;
      }
    } catch (error) {
      this.#cut();
      throw error;
    }
    this.size += bytes.length;
  }

  /** Whether it is still there under its name, with all that was written to it. */
  isAsWritten(): boolean {
    try {
      const { ino, size } = fs.statSync(this.#path);
      return ino === this.#inode && size === this.size;
    } catch {
      // It is gone, or cannot be looked at any more: nobody would find it there.
      return false;
    }
  }

  sync(): Promise<void> {
    return fdatasync(this.#descriptor);
  }

  /** Synced. */
  async close(): Promise<void> {
    try {
      await fdatasync(this.#descriptor);
    } finally {
      await close(this.#descriptor);
    }
  }

  /** Back to the last line that was told to be written. */
  #cut(): void {
    try {
      fs.ftruncateSync(this.#descriptor, this.size);
    } catch {
      // Readers leave out the part of a line at its end.
      this.isWhole = false;
    }
  }
}
