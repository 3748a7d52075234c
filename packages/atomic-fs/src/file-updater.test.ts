import {
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { deadOwner } from "../test/dead-owner.ts";
import type { AppliedChanges } from "./applied-changes.ts";
import { createFileUpdater } from "./file-updater.ts";

/** Lines that are added to a text; a line "refused" fails, and "torn" asks for the old text to be set aside. */
const lines = createFileUpdater<string>(({ read }, changes): AppliedChanges => {
  const outcomes = changes.map((line) =>
    line === "refused" ? { error: new RangeError(line) } : undefined,
  );
  const added = changes.filter((_, index) => outcomes[index] === undefined);
  const torn = changes.indexOf("torn");
  const old = Buffer.from(read() ?? []).toString();
  return {
    data: added.length === 0 ? undefined : `${old}${added.join("\n")}\n`,
    outcomes,
    setsAside: torn === -1 ? undefined : torn,
  };
});

test("changes that are asked for at once are one replacement, and one that fails fails alone", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "lines.txt");
  const changes = ["a", "refused", "b"].map((line) => lines.update(file, line));
  expect((await Promise.allSettled(changes)).map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  lines.updateSync(file, "c");
  expect(readFileSync(file, "utf8")).toBe("a\nb\nc\n");
  expect(() => lines.updateSync(file, "refused")).toThrow(RangeError);
  expect(readdirSync(folder)).toEqual(["lines.txt"]);
});

test("what is changed besides the file can be fenced, too", async () => {
  const file = join(temporaryFolder(), "lines.txt");
  const passed: string[] = [];
  const fenced = createFileUpdater<"keep" | "steal">(({ assertHeld }, changes) => {
    if (changes.includes("steal")) rmSync(`${file}.lock`);
    assertHeld();
    passed.push(...changes);
    return { data: undefined, outcomes: changes.map(() => undefined) };
  });
  await fenced.update(file, "keep");
  const lost = { code: "ATOMIC_FS_LOCK_LOST" };
  await expect(fenced.update(file, "steal")).rejects.toMatchObject(lost);
  expect(() => fenced.updateSync(file, "steal")).toThrow(expect.objectContaining(lost) as Error);
  expect(passed).toEqual(["keep"]);
});

test("a lock that is lost behind a fence of the format is not given back, and the change hears of it", () => {
  const file = join(temporaryFolder(), "lines.txt");
  const other = deadOwner("abcdefgh");
  const late = createFileUpdater<string>(({ assertHeld }, changes) => {
    assertHeld();
    rmSync(`${file}.lock`);
    symlinkSync(other, `${file}.lock`);
    return { data: undefined, outcomes: changes.map(() => undefined) };
  });
  const lost = { code: "ATOMIC_FS_LOCK_LOST" };
  expect(() => late.updateSync(file, "a")).toThrow(expect.objectContaining(lost) as Error);
  expect(readlinkSync(`${file}.lock`)).toBe(other);
});

test("the change that has the old content set aside hears where it is", async () => {
  const file = join(temporaryFolder(), "lines.txt");
  writeFileSync(file, "old\n");
  const heard: string[] = [];
  const onQuarantine = (aside: string): void => void heard.push(aside);
  await lines.update(file, "torn", { onQuarantine });
  expect(heard).toHaveLength(1);
  expect(readFileSync(heard[0] ?? "", "utf8")).toBe("old\n");
  expect(readFileSync(file, "utf8")).toBe("old\ntorn\n");
});

test("what the format itself throws is the failure of all, as it is, and the file stays", async () => {
  const file = join(temporaryFolder(), "lines.txt");
  class FormatError extends Error {}
  const broken = createFileUpdater(() => {
    throw new FormatError("no such format");
  });
  await expect(broken.update(file, 1)).rejects.toThrow(FormatError);
  expect(() => broken.updateSync(file, 1)).toThrow(FormatError);
  await lines.update(file, "a");
  expect(readFileSync(file, "utf8")).toBe("a\n");
});

test("wrong options are refused before anything is touched", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "lines.txt");
  const wrong = { onQuarantine: "somewhere" as unknown as () => void };
  await expect(lines.update(file, "a", wrong)).rejects.toThrow(TypeError);
  expect(() => lines.updateSync(file, "a", { timeoutMilliseconds: -1 })).toThrow(TypeError);
  expect(readdirSync(folder)).toEqual([]);
});

test.each<[string, AppliedChanges]>([
  ["no outcome", { data: "new", outcomes: [] }],
  ["too many outcomes", { data: "new", outcomes: [undefined, undefined] }],
  ["content, and no change in it", { data: "new", outcomes: [{ error: new Error("no") }] }],
  [
    "a change to be set aside for that there is not",
    { data: "new", outcomes: [undefined], setsAside: 1 },
  ],
])("a format that gives %s is a TypeError, and the lock is free", async (_, applied) => {
  const folder = temporaryFolder();
  const file = join(folder, "lines.txt");
  const broken = createFileUpdater(() => applied);
  await expect(broken.update(file, 1)).rejects.toThrow(TypeError);
  expect(() => broken.updateSync(file, 1)).toThrow(TypeError);
  expect(readdirSync(folder)).toEqual([]);
});

test("a change whose old content cannot be set aside fails alone", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "lines.txt");
  writeFileSync(file, "old\n");
  for (let number = 1; number <= 64; number += 1) {
    writeFileSync(`${file}.broken-${number}`, `${number}`);
  }
  const outcomes = await Promise.allSettled(
    ["a", "torn", "b"].map((line) => lines.update(file, line)),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(outcomes[1]).toMatchObject({ reason: { code: "ATOMIC_FS_QUARANTINE_FULL" } });
  expect(readFileSync(file, "utf8")).toBe("old\na\nb\n");
});

test("a listener that throws rejects its change, which is in the file, and may itself update it", async () => {
  const file = join(temporaryFolder(), "lines.txt");
  writeFileSync(file, "old\n");
  const onQuarantine = (): void => {
    lines.updateSync(file, "inner");
    throw new RangeError("heard");
  };
  await expect(lines.update(file, "torn", { onQuarantine })).rejects.toThrow("heard");
  expect(readFileSync(file, "utf8")).toBe("old\ntorn\ninner\n");
});
