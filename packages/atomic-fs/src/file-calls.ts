import fs from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import type { FileFacts } from "./file-facts.ts";

/**
 * Every file-system call goes through `FileCalls`, so that a test can put a failing one in the place
 * of any. What has a synchronous and an asynchronous face is written once, as a generator that
 * yields the slow calls, which `runSync` and `runAsync` carry out; the quick ones it makes itself.
 * A quick call takes some microseconds, and sending it to another thread several times that.
 */
export type Protocol<R> = Generator<SlowCall, R, number>;

/** One slow call. Gives what the call gives; 0 where that is nothing. */
export type SlowCall = (files: SlowCalls) => number | void | Promise<number | void>;

/** The calls that are made. Windows and POSIX have all of them. */
export interface FileCalls {
  open(path: string, flags: number, mode: number): number;
  write(descriptor: number, bytes: Uint8Array, offset: number, length: number): number;
  fstat(descriptor: number): FileFacts;
  fchmod(descriptor: number, mode: number): void;
  fchown(descriptor: number, uid: number, gid: number): void;
  futimes(descriptor: number, accessed: Date, modified: Date): void;
  fsync(descriptor: number): void;
  close(descriptor: number): void;
  /** Undefined when there is nothing: as an exception, that would cost ten times as much. */
  lstat(path: string): FileFacts | undefined;
  readFile(path: string): Uint8Array;
  readdir(path: string): string[];
  read(descriptor: number, bytes: Uint8Array, offset: number, length: number): number;
  mkdir(path: string, options: { recursive: true }): string | undefined;
  readlink(path: string): string;
  realpath(path: string): string;
  symlink(text: string, path: string): void;
  link(from: string, to: string): void;
  rename(from: string, to: string): void;
  unlink(path: string): void;
  /** Lets time pass, in milliseconds. */
  nap(milliseconds: number): void;
}

/** The calls that wait for a disk or a clock. */
interface SlowCalls {
  write(
    descriptor: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): number | Promise<number>;
  fsync(descriptor: number): void | Promise<void>;
  rename(from: string, to: string): void | Promise<void>;
  nap(milliseconds: number): void | Promise<void>;
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

export const syncFileCalls: FileCalls = {
  open: fs.openSync,
  write: fs.writeSync,
  fstat: (descriptor) => fs.fstatSync(descriptor),
  fchmod: fs.fchmodSync,
  fchown: fs.fchownSync,
  futimes: fs.futimesSync,
  fsync: fs.fsyncSync,
  close: fs.closeSync,
  lstat: (path) => fs.lstatSync(path, { throwIfNoEntry: false }),
  readFile: (path) => fs.readFileSync(path),
  readdir: (path) => fs.readdirSync(path),
  read: (descriptor, bytes, offset, length) => fs.readSync(descriptor, bytes, offset, length, null),
  mkdir: (path, options) => fs.mkdirSync(path, options),
  readlink: (path) => fs.readlinkSync(path),
  realpath: (path) => fs.realpathSync.native(path),
  symlink: (text, path) => fs.symlinkSync(text, path),
  link: fs.linkSync,
  rename: fs.renameSync,
  unlink: fs.unlinkSync,
  nap: (milliseconds) => void Atomics.wait(sleeper, 0, 0, milliseconds),
};

const asyncCalls: SlowCalls = {
  write: (descriptor, bytes, offset, length) =>
    promised((done) => fs.write(descriptor, bytes, offset, length, null, done)),
  fsync: (descriptor) => promised((done) => fs.fsync(descriptor, done)),
  rename: (from, to) => promised((done) => fs.rename(from, to, done)),
  nap: (milliseconds) => delay(milliseconds),
};

function promised<T>(start: (done: (error: Error | null, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error === null ? resolve(value) : reject(error)));
  });
}

export function runSync<R>(protocol: Protocol<R>, files: FileCalls): R {
  let step = protocol.next();
  while (step.done !== true) {
    let value: number | void | Promise<number | void>;
    try {
      value = step.value(files);
    } catch (error) {
      step = protocol.throw(error);
      continue;
    }
    step = protocol.next(typeof value === "number" ? value : 0);
  }
  return step.value;
}

export async function runAsync<R>(protocol: Protocol<R>): Promise<R> {
  let step = protocol.next();
  while (step.done !== true) {
    let value: number | void;
    try {
      value = await step.value(asyncCalls);
    } catch (error) {
      step = protocol.throw(error);
      continue;
    }
    step = protocol.next(value ?? 0);
  }
  return step.value;
}
