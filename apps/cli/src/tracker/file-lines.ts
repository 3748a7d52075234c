import { constants } from "node:fs";
import { open } from "node:fs/promises";

import type { Invocation } from "../command.ts";
import { unreadable } from "../errors/file-failure.ts";

/** A line of a file, from 1; undefined text: it is too long, or no UTF-8. */
export interface FileLine {
  readonly number: number;
  readonly text: string | undefined;
  /** False: the last one, without its end. Of a character that is cut there, nothing is in the text. */
  readonly hasEnd: boolean;
}

/** Bytes of a file or a pipe, to be read once. */
export interface OpenedInput {
  readonly chunks: () => AsyncIterable<Uint8Array | string>;
  readonly close: () => Promise<void>;
}

const LINE_FEED = 0x0a;

// What stands for stdin. By its path a socket could not be opened, which it is where Node started this process.
const STDIN_NAMES: ReadonlySet<string> = new Set(["-", "/dev/stdin"]);

/**
 * Opens a file, a pipe, or stdin (`-`), whose bytes are there once. Throws `CABINET_FILE_UNREADABLE`.
 *
 * A pipe is never looked at with `statSync`: after that, Node's own `realpathSync` takes the next files for pipes
 * as well, and modules behind links are not found.
 */
export async function openInput(
  path: string,
  { host }: Pick<Invocation, "host">,
): Promise<OpenedInput> {
  if (STDIN_NAMES.has(path)) return { chunks: host.input, close: async () => undefined };
  const file = await attempt(path, () => open(path, constants.O_RDONLY));
  const stats = await attempt(path, () => file.stat());
  if (stats.isDirectory()) {
    await file.close();
    throw unreadable(path, "it is a folder");
  }
  return {
    chunks: () => file.createReadStream({ autoClose: false }),
    close: () => file.close(),
  };
}

/**
 * The lines of what was opened, of any size; no more than `longest` bytes of one are kept. The path is for the
 * error: throws `CABINET_FILE_UNREADABLE`.
 */
export async function* fileLines(
  path: string,
  { chunks }: OpenedInput,
  longest: number,
): AsyncGenerator<FileLine> {
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;
  const add = (part: Buffer): void => {
    length += part.length;
    if (length <= longest) parts.push(part);
    else parts = [];
  };
  const take = (hasEnd: boolean): FileLine => {
    number += 1;
    const text = length > longest ? undefined : textOf(Buffer.concat(parts), hasEnd);
    parts = [];
    length = 0;
    return { number, text, hasEnd };
  };
  for await (const chunk of chunksOf(path, chunks())) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      add(chunk.subarray(from, end));
      yield take(true);
      from = end + 1;
    }
    add(chunk.subarray(from));
  }
  if (length > 0) yield take(false);
}

async function* chunksOf(
  path: string,
  chunks: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of chunks) yield Buffer.from(chunk);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Without a byte-order mark. */
function textOf(bytes: Buffer, hasEnd: boolean): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: !hasEnd });
  } catch {
    return undefined;
  }
}

async function attempt<R>(path: string, act: () => Promise<R>): Promise<R> {
  try {
    return await act();
  } catch (error) {
    throw unreadable(path, error);
  }
}
