import { ensureFile, takeSpace } from "./disk-space.ts";
import { DamagedDatabaseError, DatabaseError } from "./errors.ts";
import { currentState, type FileState, KnownStateNote } from "./known-state.ts";

// Bytes by which a file grows, and what a larger one grows by: a part of its size.
const SMALLEST_STEP = 2 ** 18;
const STEPS = 8;

/**
 * The file of an open database: which one it is, how large it is, and whether it is known to be whole.
 * To be used under the lock.
 */
export class TrackedFile {
  readonly #path: string;
  readonly #maxSize: number;
  readonly #note: KnownStateNote;
  #state: FileState | undefined;
  #isKnown = true;

  /** Of a file that was looked at, or of one that is to be made. Throws what the file system throws. */
  constructor(path: string, maxSize: number) {
    this.#path = path;
    this.#maxSize = maxSize;
    this.#note = new KnownStateNote(path);
    try {
      ensureFile(path, SMALLEST_STEP);
      this.note();
    } catch (error) {
      this.#note.close();
      throw error;
    }
  }

  /** Bytes. */
  get size(): number {
    return Number(this.#state?.bytes ?? 0);
  }

  /**
   * Before the file is used: whether it is still the same. What others than stores of this package have
   * done to it is not known to be whole from then on, until somebody opens it and looks at all pages.
   *
   * Throws `DatabaseError` (`LMDB_STORE_REPLACED`), and `DamagedDatabaseError` when it was cut.
   */
  look(): void {
    const now = this.assertSame();
    this.#isKnown = this.#note.says(now);
    this.#state = now;
  }

  /** As `look`, for who only reads. Gives the state of the file. */
  assertSame(): FileState {
    const now = currentState(this.#path);
    if (now === undefined || now.inode !== this.#state?.inode) {
      const reason =
        "the file was removed or replaced while it was open: close it and open it again";
      throw new DatabaseError("LMDB_STORE_REPLACED", this.#path, reason);
    }
    if (now.bytes < this.#state.bytes) {
      const reason = `it was cut to ${now.bytes} bytes while it was open`;
      throw new DamagedDatabaseError(this.#path, reason);
    }
    return now;
  }

  /** After the file was changed. */
  note(): void {
    this.#state = currentState(this.#path);
    this.#note.write(this.#isKnown ? this.#state : undefined);
  }

  /** Makes the file at least so large, up to its maximum size. Gives false when it has that. */
  grow(bytes: number): boolean {
    if (this.size >= this.#maxSize) return false;
    const wanted = Math.max(bytes, this.size + SMALLEST_STEP, this.size * (1 + 1 / STEPS));
    takeSpace(
      this.#path,
      Math.min(this.#maxSize, Math.ceil(wanted / SMALLEST_STEP) * SMALLEST_STEP),
    );
    this.note();
    return true;
  }

  close(): void {
    this.#note.close();
  }
}
