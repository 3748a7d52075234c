import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { withFileLock, withFileLockSync } from "./locks/with-file-lock.ts";
import { updateJson, updateJsonSync, type UpdateJsonOptions } from "./update-json.ts";

interface Counter {
  count: number;
}

const faces = [
  ["updateJson", updateJson],
  ["updateJsonSync", async (...args: Parameters<typeof updateJsonSync>) => updateJsonSync(...args)],
] as const;

function fileWith(text: string | Uint8Array): string {
  const file = join(temporaryFolder(), "file.json");
  writeFileSync(file, text);
  return file;
}

const namesBeside = (file: string): string[] => readdirSync(dirname(file)).toSorted();
const contentOf = (file: string): string => readFileSync(file, "utf8");
const valueIn = (file: string): unknown => JSON.parse(contentOf(file));

function increment(counter: Counter): Counter {
  counter.count += 1;
  return counter;
}

describe.each(faces)("%s", (_name, face) => {
  const update = <T>(file: string, change: (value: T) => T, options?: UpdateJsonOptions<T>) =>
    // The table holds both faces for values of any type.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    (face as typeof updateJson)(file, change, options);

  test.each(["none", "data", "full"] as const)("changes the value at %s", async (durability) => {
    const file = fileWith('{"count": 1}');
    chmodSync(file, 0o600);
    await update<Counter>(file, ({ count }) => ({ count: count + 1 }), { durability });
    expect(contentOf(file)).toBe('{\n  "count": 2\n}\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(namesBeside(file)).toEqual(["file.json"]);
  });

  test("keeps the indentation that is asked for, and takes a byte order mark for none", async () => {
    const file = fileWith('\uFEFF{"count": 1}');
    await update<Counter>(file, increment, { indent: 0 });
    expect(contentOf(file)).toBe('{"count":2}\n');
    await update<Counter>(file, increment, { indent: "\t" });
    expect(contentOf(file)).toBe('{\n\t"count": 3\n}\n');
  });

  test("a missing file is an error, and nothing is created, unless there is an initial value", async () => {
    const file = join(temporaryFolder(), "file.json");
    await expect(update<Counter>(file, increment)).rejects.toMatchObject({
      name: "JsonError",
      code: "ATOMIC_FS_MISSING",
      path: file,
    });
    expect(namesBeside(file)).toEqual([]);
    const initial = { count: 0 };
    await update(file, increment, { initial, mode: 0o640 });
    await update(file, increment, { initial });
    expect(valueIn(file)).toEqual({ count: 2 });
    expect(statSync(file).mode & 0o777).toBe(0o640);
    // The caller's value is not the one that is changed.
    expect(initial).toEqual({ count: 0 });
  });

  test.each([
    ["half of it", '{"count": '],
    ["nothing", ""],
    ["NUL bytes", "\0\0\0\0"],
    ["invalid UTF-8", Buffer.from([0x22, 0xff, 0x22])],
  ])("a file with %s is left as it is", async (_title, content) => {
    const file = fileWith(content);
    const refused = update<Counter>(file, increment, { initial: { count: 0 } });
    await expect(refused).rejects.toMatchObject({ code: "ATOMIC_FS_CORRUPT", path: file });
    expect(readFileSync(file).equals(Buffer.from(content))).toBe(true);
    expect(namesBeside(file)).toEqual(["file.json"]);
  });

  test("a corrupt file is set aside when asked, and the caller hears where", async () => {
    const file = fileWith("{broken");
    const heard: string[] = [];
    await update(file, increment, {
      initial: { count: 6 },
      corrupt: "quarantine",
      onQuarantine: (aside) => heard.push(aside),
    });
    expect(valueIn(file)).toEqual({ count: 7 });
    expect(heard).toHaveLength(1);
    expect(contentOf(heard[0] ?? "")).toBe("{broken");
  });

  test("an update that fails leaves the corrupt file in its place", async () => {
    const file = fileWith("{broken");
    const failed = update(
      file,
      () => {
        throw new Error("no");
      },
      { initial: { count: 6 }, corrupt: "quarantine" },
    );
    await expect(failed).rejects.toThrow("no");
    expect(contentOf(file)).toBe("{broken");
    expect(namesBeside(file)).toEqual(["file.json"]);
  });

  test.each([
    ["nothing", () => undefined],
    ["a promise", () => Promise.resolve({ count: 9 })],
    ["a function", () => increment],
    ["what JSON cannot hold", () => ({ count: 9n })],
  ])("an update that gives %s changes nothing", async (_title, change) => {
    const file = fileWith('{"count": 1}');
    await expect(update<unknown>(file, change)).rejects.toThrow(TypeError);
    expect(contentOf(file)).toBe('{"count": 1}');
    expect(namesBeside(file)).toEqual(["file.json"]);
  });

  test("a folder, a wrong option and a lock that was taken away are typed errors", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "sub"));
    const change = update<Counter>(join(folder, "sub"), increment);
    await expect(change).rejects.toMatchObject({ code: "ATOMIC_FS_IS_DIRECTORY" });
    const file = fileWith('{"count": 1}');
    for (const options of [
      { corrupt: "quarantine" },
      { mode: 1.5 },
      { indent: "xx" },
      { timeoutMilliseconds: -1 },
    ] as const) {
      await expect(update<Counter>(file, increment, options)).rejects.toThrow(TypeError);
    }
    const robbed = update<Counter>(file, (counter) => {
      unlinkSync(`${file}.lock`);
      return increment(counter);
    });
    await expect(robbed).rejects.toMatchObject({
      code: "ATOMIC_FS_LOCK_LOST",
      path: file,
      lockPath: `${file}.lock`,
    });
    expect(contentOf(file)).toBe('{"count": 1}');
    expect(namesBeside(file)).toEqual(["file.json"]);
  });

  test("a file that cannot be read is an error, and stays", async () => {
    const file = fileWith("");
    // More than any buffer holds.
    truncateSync(file, 2 ** 42);
    const refused = update<Counter>(file, increment, {
      initial: { count: 0 },
      corrupt: "quarantine",
    });
    await expect(refused).rejects.toMatchObject({ code: "ATOMIC_FS_IO", path: file });
    expect(statSync(file).size).toBe(2 ** 42);
    expect(namesBeside(file)).toEqual(["file.json"]);
  });

  test("a key named __proto__ is an ordinary key", async () => {
    const file = fileWith('{"__proto__": {"a": 1}}');
    await update<object>(file, (value) => ({ ...value, b: 2 }), { indent: 0 });
    expect(contentOf(file)).toBe('{"__proto__":{"a":1},"b":2}\n');
  });
});

test("updates asked for together are written together, each after the one before", async () => {
  const file = fileWith('{"count": 0}');
  const seen: [value: number, onDisk: string][] = [];
  const updates = Array.from({ length: 50 }, () =>
    updateJson<Counter>(file, (counter) => {
      seen.push([counter.count, contentOf(file)]);
      return increment(counter);
    }),
  );
  await Promise.all(updates);
  expect(seen.map(([value]) => value)).toEqual(Array.from({ length: 50 }, (_, index) => index));
  // A hold ends after some milliseconds: on a busy machine there are a few.
  expect(new Set(seen.map(([, onDisk]) => onDisk)).size).toBeLessThan(25);
  expect(valueIn(file)).toEqual({ count: 50 });
});

test("an update that throws leaves nothing of itself in the batch of others", async () => {
  const file = fileWith('{"count": 0}');
  const halfDone = (counter: Counter): Counter => {
    counter.count += 1_000;
    throw new Error("half done");
  };
  const unwritable = (counter: Counter): Counter => Object.assign(counter, { count: 7n });
  const changes = [increment, halfDone, increment, unwritable, increment];
  const outcomes = await Promise.allSettled(changes.map((change) => updateJson(file, change)));
  expect(outcomes.map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  expect(outcomes[1]).toMatchObject({ reason: { message: "half done" } });
  expect(valueIn(file)).toEqual({ count: 3 });
});

test("an update that is asked for inside another one, or while a file is set aside, is made after it", async () => {
  const file = fileWith('{"count": 1}');
  const inner: Promise<void>[] = [];
  const ask = (): void => void inner.push(updateJson(file, increment));
  await updateJson<Counter>(file, (counter) => {
    ask();
    return increment(counter);
  });
  const failing = updateJson<Counter>(file, () => {
    ask();
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  await Promise.all(inner);
  expect(valueIn(file)).toEqual({ count: 4 });
  writeFileSync(file, "{broken");
  const options = { initial: { count: 0 }, corrupt: "quarantine", onQuarantine: ask } as const;
  await updateJson(file, increment, options);
  await Promise.all(inner);
  expect(valueIn(file)).toEqual({ count: 2 });
});

test("in one batch, each update has its own answer for a missing file", async () => {
  const file = join(temporaryFolder(), "file.json");
  const outcomes = await Promise.allSettled([
    updateJson<Counter>(file, increment),
    updateJson(file, increment, { initial: { count: 5 } }),
    updateJson<Counter>(file, increment),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  expect(valueIn(file)).toEqual({ count: 7 });
});

test("a batch that takes long is cut, and goes on in the next hold", async () => {
  const file = fileWith('{"count": 0}');
  const versions = new Set<string>();
  const slow = (counter: Counter): Counter => {
    versions.add(contentOf(file));
    for (const end = performance.now() + 1; performance.now() < end;);
    return increment(counter);
  };
  await Promise.all(Array.from({ length: 30 }, () => updateJson(file, slow)));
  expect(valueIn(file)).toEqual({ count: 30 });
  expect(versions.size).toBeGreaterThan(3);
});

test("inside a section that has the lock, an update is refused at once", async () => {
  const file = fileWith('{"count": 0}');
  await withFileLock(file, async () => {
    await expect(updateJson<Counter>(file, increment)).rejects.toThrow(TypeError);
    expect(() => updateJsonSync<Counter>(file, increment)).toThrow(
      expect.objectContaining({
        code: "ATOMIC_FS_LOCKED",
        holder: { pid: process.pid, state: "alive", isThisProcess: true },
      }),
    );
  });
  const nested = (counter: Counter): Counter => {
    updateJsonSync<Counter>(file, increment);
    return counter;
  };
  await expect(updateJson(file, nested)).rejects.toMatchObject({ code: "ATOMIC_FS_LOCKED" });
  withFileLockSync(file, () => {
    expect(() => updateJsonSync<Counter>(file, increment)).toThrow(/locked/);
  });
  expect(valueIn(file)).toEqual({ count: 0 });
});

test("each update waits as long as it asked for, and the others wait on", async () => {
  const file = fileWith('{"count": 0}');
  let release = (): void => {};
  const section = withFileLock(file, () => new Promise<void>((resolve) => (release = resolve)));
  const patient = updateJson<Counter>(file, increment);
  const hasty = updateJson<Counter>(file, increment, { timeoutMilliseconds: 20 });
  await expect(hasty).rejects.toMatchObject({
    code: "ATOMIC_FS_LOCKED",
    holder: { isThisProcess: true },
  });
  release();
  await Promise.all([section, patient]);
  expect(valueIn(file)).toEqual({ count: 1 });
});

test("what a caller keeps of a value is not changed by other updates, and each is called once", async () => {
  const file = fileWith('{"count": 0}');
  const kept = { count: 10 };
  const calls: string[] = [];
  const outcomes = await Promise.allSettled([
    updateJson<Counter>(file, () => {
      calls.push("kept");
      return kept;
    }),
    updateJson<Counter>(file, (counter) => {
      calls.push("increment");
      return increment(counter);
    }),
    updateJson<Counter>(file, (counter) => {
      calls.push("fail");
      counter.count += 100;
      throw new Error("half done");
    }),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
  expect(calls).toEqual(["kept", "increment", "fail"]);
  expect(kept).toEqual({ count: 10 });
  expect(valueIn(file)).toEqual({ count: 11 });
});

test("who asks later, and is in more of a hurry, does not wait as long as who asked first", async () => {
  const file = fileWith('{"count": 0}');
  let release = (): void => {};
  const section = withFileLock(file, () => new Promise<void>((resolve) => (release = resolve)));
  const patient = updateJson<Counter>(file, increment, { timeoutMilliseconds: Infinity });
  await new Promise(setImmediate);
  const hasty = updateJson<Counter>(file, increment, { timeoutMilliseconds: 20 });
  await expect(hasty).rejects.toMatchObject({ code: "ATOMIC_FS_LOCKED" });
  release();
  await Promise.all([section, patient]);
  expect(valueIn(file)).toEqual({ count: 1 });
});

test("a synchronous update never meets the lock of an asynchronous one of its thread", async () => {
  const file = fileWith('{"count": 0}');
  const both = async (): Promise<void> => {
    for (let time = 0; time < 100; time += 1) {
      await updateJson<Counter>(file, increment, { durability: "none" });
      updateJsonSync<Counter>(file, increment, { durability: "none" });
    }
  };
  await Promise.all([both(), both(), both()]);
  expect(valueIn(file)).toEqual({ count: 600 });
});

test("an update that has to wait is made although its time was up before it could be tried", async () => {
  const file = fileWith('{"count": 0}');
  const update = updateJson<Counter>(file, increment, { timeoutMilliseconds: 1 });
  for (const end = performance.now() + 20; performance.now() < end;);
  await update;
  expect(valueIn(file)).toEqual({ count: 1 });
});
