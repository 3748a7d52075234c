import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { type AppliedChanges, createFileUpdater } from "./file-updater.ts";

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

test("what the format itself throws is the failure of all, and the file stays", async () => {
  const file = join(temporaryFolder(), "lines.txt");
  const broken = createFileUpdater(() => {
    throw new TypeError("no such format");
  });
  await expect(broken.update(file, 1)).rejects.toThrow("no such format");
  expect(() => broken.updateSync(file, 1)).toThrow("no such format");
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
