import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { failing } from "../test/failing.ts";
import { type FileCalls, runSync, syncFileCalls } from "./file-calls.ts";
import { replaceFile } from "./replace-file.ts";

const DATA = Buffer.from("0123456789".repeat(1000));

function replace(calls: Partial<FileCalls>, file = oldFile()): { file: string; error: unknown } {
  try {
    const files = { ...syncFileCalls, ...calls };
    runSync(replaceFile(files, file, DATA, { durability: "full", mode: undefined }), files);
    return { file, error: undefined };
  } catch (error) {
    return { file, error };
  }
}

/** By default one whose mode the new file cannot start with, so that every call is made. */
function oldFile(mode = 0o640): string {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "old");
  chmodSync(file, mode);
  return file;
}

test("short writes are continued until everything is there", () => {
  const { file, error } = replace({
    write: (descriptor, bytes, offset, length) =>
      syncFileCalls.write(descriptor, bytes, offset, Math.min(length, 7)),
  });
  expect(error).toBeUndefined();
  expect(readFileSync(file)).toEqual(DATA);
});

test.each([
  ["reports more than it wrote", (written: number, length: number) => [written - 1, length]],
  ["writes nothing", () => [0, 0]],
] as const)("a disk that %s is found out before the rename", (_title, lie) => {
  const { file, error } = replace({
    write: (descriptor, bytes, offset, length) => {
      const [actual = 0, reported = 0] = lie(length, length);
      if (actual > 0) syncFileCalls.write(descriptor, bytes, offset, actual);
      return reported;
    },
  });
  expect(error).toMatchObject({ code: "ATOMIC_FS_IO" });
  expect(readFileSync(file, "utf8")).toBe("old");
  expect(readdirSync(dirname(file))).toEqual(["file"]);
});

const CODES = [
  ["ENOSPC", "ATOMIC_FS_NO_SPACE"],
  ["EACCES", "ATOMIC_FS_ACCESS_DENIED"],
  ["EROFS", "ATOMIC_FS_READ_ONLY"],
  ["EIO", "ATOMIC_FS_IO"],
] as const;
const STEPS = ["lstat", "open", "write", "fstat", "fchmod", "fsync", "close", "rename"] as const;

test.each(STEPS.flatMap((step) => CODES.map(([errno, code]) => [step, errno, code] as const)))(
  "a %s that fails with %s keeps the old content and leaves nothing behind",
  (step, errno, code) => {
    const fail = failing(errno);
    // The file is really closed even where the close is made to fail.
    const close = (descriptor: number): void => {
      syncFileCalls.close(descriptor);
      fail();
    };
    const calls = step === "close" ? { close } : { [step]: fail };
    const { file, error } = replace(calls);
    expect(error).toMatchObject({ code, path: file, installed: false, cause: { code: errno } });
    expect(readFileSync(file, "utf8")).toBe("old");
    expect(readdirSync(dirname(file))).toEqual(["file"]);
  },
);

test("a failed fsync of the folder says that the new content is in place but not durable", () => {
  let syncs = 0;
  const { file, error } = replace({
    fsync: (descriptor) => {
      syncs += 1;
      if (syncs === 2) failing("EIO")();
      syncFileCalls.fsync(descriptor);
    },
  });
  expect(error).toMatchObject({ code: "ATOMIC_FS_IO", installed: true });
  expect(readFileSync(file)).toEqual(DATA);
  expect(syncs).toBe(2);
});

test("the folder is synced after the rename, and every folder that was created", () => {
  const steps: string[] = [];
  const paths = new Map<number, string>();
  const root = temporaryFolder();
  const file = join(root, "a/b/file");
  const { error } = replace(
    {
      open: (path, flags, mode) => {
        const descriptor = syncFileCalls.open(path, flags, mode);
        paths.set(descriptor, path.startsWith(`${file}.tmp.`) ? "temporary" : path);
        return descriptor;
      },
      fsync: (descriptor) => {
        steps.push(`fsync ${paths.get(descriptor)}`);
        syncFileCalls.fsync(descriptor);
      },
      rename: (from, to) => {
        steps.push("rename");
        syncFileCalls.rename(from, to);
      },
    },
    file,
  );
  expect(error).toBeUndefined();
  expect(steps).toEqual([
    "fsync temporary",
    "rename",
    `fsync ${join(root, "a/b")}`,
    `fsync ${join(root, "a")}`,
    `fsync ${root}`,
  ]);
});

test.runIf(process.platform !== "win32").each([
  ["600", 0o600, undefined],
  ["644", 0o644, undefined],
  ["600", 0o640, undefined],
  ["600", 0o644, 0o600],
])("it starts with mode %s where the old file's is %o and %o is asked for", (start, old, asked) => {
  const file = oldFile(old);
  let started = 0;
  const calls: FileCalls = {
    ...syncFileCalls,
    open: (path, flags, mode) => syncFileCalls.open(path, flags, (started ||= mode)),
  };
  runSync(replaceFile(calls, file, DATA, { durability: "none", mode: asked }), calls);
  expect(started.toString(8)).toBe(start);
  expect(statSync(file).mode & 0o777).toBe(asked ?? old);
});

/** The mode of the new file after one of mode 0o664 and that owner was replaced by this process. */
function modeAfter(owner: { uid: number; gid: number }, mode: number, may: "nothing" | "group") {
  const { file, error } = replace({
    lstat: (path) => Object.assign(statSync(path), { ...owner, mode: 0o100_000 | mode }),
    fchown: (_descriptor, uid) => {
      const isOwn = uid === process.getuid?.();
      if (may === "nothing" || !isOwn) failing("EPERM")();
    },
  });
  expect(error).toBeUndefined();
  return (statSync(file).mode & 0o7777).toString(8);
}

test.runIf(process.platform !== "win32")(
  "what was granted to an owner or group that cannot be kept is not granted to another one",
  () => {
    const stranger = { uid: 4_000_001, gid: 4_000_002 };
    expect(modeAfter(stranger, 0o660, "group")).toBe("660");
    expect(modeAfter(stranger, 0o6775, "group")).toBe("775");
    expect(modeAfter(stranger, 0o660, "nothing")).toBe("600");
    expect(modeAfter(stranger, 0o6664, "nothing")).toBe("644");
    expect(modeAfter(stranger, 0o640, "nothing")).toBe("600");
  },
);

test("a fence that is not passed keeps the old content and leaves nothing behind", () => {
  const file = oldFile();
  const fence = failing("the lock is gone");
  expect(() =>
    runSync(
      replaceFile(syncFileCalls, file, DATA, { durability: "none", mode: undefined, fence }),
      syncFileCalls,
    ),
  ).toThrow("the lock is gone");
  expect(readFileSync(file, "utf8")).toBe("old");
  expect(readdirSync(dirname(file))).toEqual(["file"]);
});

describe("on Windows", () => {
  /** Replaces as there: the rename fails so many times, and nobody sleeps. */
  function replaceThere(errno: string, failures: number) {
    const { platform } = process;
    onTestFinished(() => void Object.defineProperty(process, "platform", { value: platform }));
    Object.defineProperty(process, "platform", { value: "win32" });
    const naps: number[] = [];
    let left = failures;
    const { file, error } = replace({
      nap: (milliseconds) => naps.push(milliseconds),
      rename: (from, to) => {
        left -= 1;
        if (left >= 0) failing(errno)();
        syncFileCalls.rename(from, to);
      },
    });
    return { file, error, naps };
  }

  test.each(["EPERM", "EACCES", "EBUSY"])("a rename that fails with %s is tried again", (errno) => {
    const { file, error, naps } = replaceThere(errno, 3);
    expect(error).toBeUndefined();
    expect(naps).toHaveLength(3);
    expect(readFileSync(file).equals(DATA)).toBe(true);
  });

  test("it is tried for a bounded time, after ever longer naps of random length", () => {
    const { file, error, naps } = replaceThere("EBUSY", Infinity);
    expect(error).toMatchObject({ code: "ATOMIC_FS_IO", cause: { code: "EBUSY" } });
    const together = naps.reduce((sum, nap) => sum + nap, 0);
    expect(together).toBeGreaterThan(500);
    expect(together).toBeLessThan(2_000);
    expect(naps.at(-1)).toBeGreaterThan((naps[0] ?? 0) * 10);
    expect(readdirSync(dirname(file))).toEqual(["file"]);
    expect(readFileSync(file, "utf8")).toBe("old");
  });

  test("what no other process is to blame for is reported at once", () => {
    expect(replaceThere("ENOSPC", 1)).toMatchObject({
      error: { code: "ATOMIC_FS_NO_SPACE" },
      naps: [],
    });
  });
});
