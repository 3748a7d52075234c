import fs from "node:fs";

import type { Style } from "./command.ts";
import { codeOf } from "./errors/error-code.ts";
import { isTerminal } from "./screen/is-terminal.ts";
import { PLAIN, styleOf } from "./screen/style.ts";

/** One of the outputs of this process. */
export interface Output {
  /** All of the text, in order, also behind what another process writes there. */
  readonly write: (text: string) => void;
  readonly style: Style;
}

export interface OutputOptions {
  readonly descriptor: 1 | 2;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What could not be written, and why. Not called for a reader that has seen enough (`| head -1`): that is no failure. */
  readonly onFault: (error: NodeJS.ErrnoException) => void;
}

/**
 * Written without the stream that Node keeps for it, which takes a twentieth of the time of a short command to
 * make: it is asked for only where the system wants to be waited for, and for a terminal of Windows, which knows
 * more than bytes.
 */
export function openOutput({ descriptor, env, onFault }: OutputOptions): Output {
  let stream: NodeJS.WriteStream | undefined;
  let isOver = false;
  const fail = (error: NodeJS.ErrnoException): void => {
    isOver = true;
    if (!isGone(error)) onFault(error);
  };
  const writeLater = (bytes: Uint8Array | string): void => {
    stream ??= streamOf(descriptor, fail);
    stream.write(bytes);
  };
  const write = (text: string): void => {
    if (isOver) return;
    if (stream !== undefined || needsStream(descriptor)) return writeLater(text);
    try {
      const rest = writeNow(descriptor, Buffer.from(text));
      if (rest.length > 0) writeLater(rest);
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return {
    write,
    get style() {
      return isTerminal(descriptor) ? styleOf(env, columnsOf(descriptor)) : PLAIN;
    },
  };
}

/**
 * The reader has seen enough. Of a socket, such as Node gives its children, Linux says it in another word where some of
 * the text was not read any more; Windows in a third.
 */
function isGone({ code }: NodeJS.ErrnoException): boolean {
  return code === "EPIPE" || code === "ECONNRESET" || code === "EOF";
}

/** What is left of the bytes where the other end takes no more for now. */
function writeNow(descriptor: number, bytes: Uint8Array): Uint8Array {
  let written = 0;
  try {
    while (written < bytes.length) written += fs.writeSync(descriptor, bytes, written);
  } catch (error) {
    if (codeOf(error) !== "EAGAIN") throw error;
  }
  return bytes.subarray(written);
}

function needsStream(descriptor: 1 | 2): boolean {
  return process.platform === "win32" && isTerminal(descriptor);
}

function streamOf(descriptor: 1 | 2, onError: (error: Error) => void): NodeJS.WriteStream {
  const stream = descriptor === 1 ? process.stdout : process.stderr;
  stream.on("error", onError);
  return stream;
}

/** A terminal that does not tell its width has 0. */
function columnsOf(descriptor: 1 | 2): number | undefined {
  const { columns } = descriptor === 1 ? process.stdout : process.stderr;
  return columns > 0 ? columns : undefined;
}
