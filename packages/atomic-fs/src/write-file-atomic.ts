import { assertOptions } from "./assert-options.ts";
import { WriteError } from "./errors.ts";
import { runAsync, runSync, syncFileCalls } from "./file-calls.ts";
import {
  assertReplaceOptions,
  type Durability,
  replaceFile,
  type ReplaceOptions,
} from "./replace-file.ts";

/** What a power cut may undo of the write, who may use the file, and whether it may become empty. */
export interface WriteOptions {
  /** Default `full`. */
  readonly durability?: Durability | undefined;
  /** Permission bits. Default: those of the file that is replaced, else 0o666 less the umask. */
  readonly mode?: number | undefined;
  /** Without it, empty data is refused: it is nearly always a mistake of the caller. */
  readonly allowEmpty?: boolean | undefined;
}

/**
 * Replaces the file's content. Atomic: a reader sees the old or the new content, never a mix,
 * whatever is killed when. Durable at return by `durability`. Not exclusive: for a change that
 * depends on the old content, hold `withFileLock`.
 *
 * Missing folders are created; a symbolic link is followed, not replaced; mode, owner and group of
 * the file stay where that is allowed. Bytes must not change before the promise is settled. Throws
 * `WriteError`; then the old content stands and no temporary file is left, unless it says `installed`.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const bytes = bytesOf(path, data, options);
  await runAsync(replaceFile(syncFileCalls, path, bytes, replaceOptions(options)));
}

/** As `writeFileAtomic`, without leaving the current turn of the event loop. */
export function writeFileAtomicSync(
  path: string,
  data: string | Uint8Array,
  options: WriteOptions = {},
): void {
  const bytes = bytesOf(path, data, options);
  runSync(replaceFile(syncFileCalls, path, bytes, replaceOptions(options)), syncFileCalls);
}

function bytesOf(path: string, data: string | Uint8Array, options: WriteOptions): Uint8Array {
  assertOptions(options);
  const bytes = typeof data === "string" ? Buffer.from(data, "utf8") : data;
  if (!(bytes instanceof Uint8Array)) throw new TypeError("the data is neither text nor bytes");
  if (bytes.length === 0 && options.allowEmpty !== true) {
    throw new WriteError("ATOMIC_FS_EMPTY", path, "the data is empty (allowEmpty permits it)");
  }
  return bytes;
}

function replaceOptions({ durability = "full", mode }: WriteOptions): ReplaceOptions {
  const options = { durability, mode };
  assertReplaceOptions(options);
  return options;
}
