import fs from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/**
 * A protocol (replace a file, take a lock) is written once, as a generator that yields its
 * file-system calls and naps; drivers carry them out. So the synchronous and the asynchronous face
 * cannot drift apart, and a test can put a failing call in the place of any single one, or let two
 * protocols take turns at every call.
 */
export type Protocol<R> = Generator<Step, R, unknown>;

/** The calls that protocols make. Windows and POSIX have all of them. */
export interface FileCalls {
  open(path: string, flags: number, mode: number): number;
  write(descriptor: number, bytes: Uint8Array, offset: number, length: number): number;
  fstat(descriptor: number): fs.Stats;
  fchmod(descriptor: number, mode: number): void;
  fchown(descriptor: number, uid: number, gid: number): void;
  fsync(descriptor: number): void;
  close(descriptor: number): void;
  /** Undefined when there is nothing: as an exception, that would cost ten times as much. */
  lstat(path: string): fs.Stats | undefined;
  readFile(path: string): Uint8Array;
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

type CallName = keyof FileCalls;

interface Step {
  readonly name: CallName;
  readonly args: readonly unknown[];
}

/** Each call with its result now or later. */
export type MixedFileCalls = {
  [Name in CallName]: (
    ...args: Parameters<FileCalls[Name]>
  ) => ReturnType<FileCalls[Name]> | Promise<ReturnType<FileCalls[Name]>>;
};

const sleeper = new Int32Array(new SharedArrayBuffer(4));

export const syncFileCalls: FileCalls = {
  open: fs.openSync,
  write: fs.writeSync,
  fstat: (descriptor) => fs.fstatSync(descriptor),
  fchmod: fs.fchmodSync,
  fchown: fs.fchownSync,
  fsync: fs.fsyncSync,
  close: fs.closeSync,
  lstat: (path) => fs.lstatSync(path, { throwIfNoEntry: false }),
  readFile: (path) => fs.readFileSync(path),
  mkdir: (path, options) => fs.mkdirSync(path, options),
  readlink: (path) => fs.readlinkSync(path),
  realpath: (path) => fs.realpathSync.native(path),
  symlink: (text, path) => fs.symlinkSync(text, path),
  link: fs.linkSync,
  rename: fs.renameSync,
  unlink: fs.unlinkSync,
  nap: (milliseconds) => void Atomics.wait(sleeper, 0, 0, milliseconds),
};

/**
 * The same calls, synchronous, with naps that leave the event loop free: what lies between two naps
 * is one turn of the event loop, so that a lock taken and given back there is never seen by it.
 */
export const nappingFileCalls: MixedFileCalls = {
  ...syncFileCalls,
  nap: (milliseconds) => delay(milliseconds),
};

const asyncFileCalls: MixedFileCalls = {
  open: (path, flags, mode) => promised((done) => fs.open(path, flags, mode, done)),
  write: (descriptor, bytes, offset, length) =>
    promised((done) => fs.write(descriptor, bytes, offset, length, null, done)),
  fstat: (descriptor) => promised((done) => fs.fstat(descriptor, done)),
  fchmod: (descriptor, mode) => promised((done) => fs.fchmod(descriptor, mode, done)),
  fchown: (descriptor, uid, gid) => promised((done) => fs.fchown(descriptor, uid, gid, done)),
  fsync: (descriptor) => promised((done) => fs.fsync(descriptor, done)),
  close: (descriptor) => promised((done) => fs.close(descriptor, done)),
  lstat: (path) =>
    promised<fs.Stats>((done) => fs.lstat(path, done)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    }),
  readFile: (path) => promised((done) => fs.readFile(path, done)),
  mkdir: (path, options) => promised((done) => fs.mkdir(path, options, done)),
  readlink: (path) => promised((done) => fs.readlink(path, done)),
  realpath: (path) => promised((done) => fs.realpath.native(path, done)),
  symlink: (text, path) => promised((done) => fs.symlink(text, path, done)),
  link: (from, to) => promised((done) => fs.link(from, to, done)),
  rename: (from, to) => promised((done) => fs.rename(from, to, done)),
  unlink: (path) => promised((done) => fs.unlink(path, done)),
  nap: (milliseconds) => delay(milliseconds),
};

function promised<T>(start: (done: (error: Error | null, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error === null ? resolve(value) : reject(error)));
  });
}

/** One call inside a protocol: `const descriptor = yield* call("open", path, flags, mode)`. */
export function* call<Name extends CallName>(
  name: Name,
  ...args: Parameters<FileCalls[Name]>
): Protocol<ReturnType<FileCalls[Name]>> {
  // A generator's yield is untyped by nature; this function is where it gets its type.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (yield { name, args }) as ReturnType<FileCalls[Name]>;
}

export function runSync<R>(protocol: Protocol<R>, calls: FileCalls = syncFileCalls): R {
  let step = protocol.next();
  while (step.done !== true) {
    let value: unknown;
    try {
      value = perform(calls, step.value);
    } catch (error) {
      step = protocol.throw(error);
      continue;
    }
    step = protocol.next(value);
  }
  return step.value;
}

export async function runAsync<R>(
  protocol: Protocol<R>,
  calls: MixedFileCalls = asyncFileCalls,
): Promise<R> {
  let step = protocol.next();
  while (step.done !== true) {
    let value: unknown;
    try {
      value = perform(calls, step.value);
      // What is there already is not waited for: nothing gets in between two synchronous calls.
      if (value instanceof Promise) value = await value;
    } catch (error) {
      step = protocol.throw(error);
      continue;
    }
    step = protocol.next(value);
  }
  return step.value;
}

function perform(calls: MixedFileCalls, { name, args }: Step): unknown {
  return Reflect.apply(calls[name], calls, args);
}
