import { accessSync, constants, createReadStream, statSync } from "node:fs";

import { unreadable } from "./file-failure.ts";

/** A line of a file, from 1; undefined text: it is too long, or no UTF-8. */
export interface FileLine {
  readonly number: number;
  readonly text: string | undefined;
}

const LINE_FEED = 0x0a;

/**
 * The lines of a file of any size; no more than `longest` bytes of one are kept. Throws `CABINET_FILE_UNREADABLE`.
 */
export async function* fileLines(path: string, longest: number): AsyncGenerator<FileLine> {
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;
  const add = (part: Buffer): void => {
    length += part.length;
    if (length <= longest) parts.push(part);
    else parts = [];
  };
  const take = (): FileLine => {
    number += 1;
    const text = length > longest ? undefined : textOf(Buffer.concat(parts));
    parts = [];
    length = 0;
    return { number, text };
  };
  for await (const chunk of chunksOf(path)) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      add(chunk.subarray(from, end));
      yield take();
      from = end + 1;
    }
    add(chunk.subarray(from));
  }
  if (length > 0) yield take();
}

/** Throws `CABINET_FILE_UNREADABLE` for what cannot be read, before anything is done with it. */
export function assertReadable(path: string): void {
  if (isFolder(path)) throw unreadable(path, "it is a folder");
}

function isFolder(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  const stream = createReadStream(path);
  try {
    for await (const chunk of stream) yield Buffer.from(chunk);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Without a byte-order mark. */
function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
