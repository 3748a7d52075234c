import fs from "node:fs";

/**
 * A protocol (replace a file, say) is written once, as a generator that yields its file-system
 * calls; `runSync` and `runAsync` carry them out. So the two public faces cannot drift apart,
 * and a test can put a failing call in the place of any single one.
 */
export type Protocol<R> = Generator<FileCall, R, unknown>;

/** The calls that protocols make. Windows and POSIX have all of them. */
export interface FileCalls {
  open(path: string, flags: number, mode: number): number;
  write(descriptor: number, bytes: Uint8Array, offset: number, length: number): number;
  fstat(descriptor: number): fs.Stats;
  lstat(path: string): fs.Stats;
  fchmod(descriptor: number, mode: number): void;
  fchown(descriptor: number, uid: number, gid: number): void;
  fsync(descriptor: number): void;
  close(descriptor: number): void;
  mkdir(path: string, options: { recursive: true }): string | undefined;
  readlink(path: string): string;
  realpath(path: string): string;
  rename(from: string, to: string): void;
  unlink(path: string): void;
}

interface FileCall {
  readonly name: keyof FileCalls;
  readonly args: readonly unknown[];
}

type AsyncFileCalls = {
  [Name in keyof FileCalls]: (
    ...args: Parameters<FileCalls[Name]>
  ) => Promise<ReturnType<FileCalls[Name]>>;
};

export const syncFileCalls: FileCalls = {
  open: fs.openSync,
  write: fs.writeSync,
  fstat: (descriptor) => fs.fstatSync(descriptor),
  lstat: (path) => fs.lstatSync(path),
  fchmod: fs.fchmodSync,
  fchown: fs.fchownSync,
  fsync: fs.fsyncSync,
  close: fs.closeSync,
  mkdir: (path, options) => fs.mkdirSync(path, options),
  readlink: (path) => fs.readlinkSync(path),
  realpath: (path) => fs.realpathSync.native(path),
  rename: fs.renameSync,
  unlink: fs.unlinkSync,
};

const asyncFileCalls: AsyncFileCalls = {
  open: (path, flags, mode) => promised((done) => fs.open(path, flags, mode, done)),
  write: (descriptor, bytes, offset, length) =>
    promised((done) => fs.write(descriptor, bytes, offset, length, null, done)),
  fstat: (descriptor) => promised((done) => fs.fstat(descriptor, done)),
  lstat: (path) => promised((done) => fs.lstat(path, done)),
  fchmod: (descriptor, mode) => promised((done) => fs.fchmod(descriptor, mode, done)),
  fchown: (descriptor, uid, gid) => promised((done) => fs.fchown(descriptor, uid, gid, done)),
  fsync: (descriptor) => promised((done) => fs.fsync(descriptor, done)),
  close: (descriptor) => promised((done) => fs.close(descriptor, done)),
  mkdir: (path, options) => promised((done) => fs.mkdir(path, options, done)),
  readlink: (path) => promised((done) => fs.readlink(path, done)),
  realpath: (path) => promised((done) => fs.realpath.native(path, done)),
  rename: (from, to) => promised((done) => fs.rename(from, to, done)),
  unlink: (path) => promised((done) => fs.unlink(path, done)),
};

function promised<T>(start: (done: (error: Error | null, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error === null ? resolve(value) : reject(error)));
  });
}

/** One call inside a protocol: `const descriptor = yield* call("open", path, flags, mode)`. */
export function* call<Name extends keyof FileCalls>(
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
  calls: AsyncFileCalls = asyncFileCalls,
): Promise<R> {
  let step = protocol.next();
  while (step.done !== true) {
    let value: unknown;
    try {
      value = await perform(calls, step.value);
    } catch (error) {
      step = protocol.throw(error);
      continue;
    }
    step = protocol.next(value);
  }
  return step.value;
}

function perform(calls: FileCalls | AsyncFileCalls, { name, args }: FileCall): unknown {
  return Reflect.apply(calls[name], calls, args);
}
