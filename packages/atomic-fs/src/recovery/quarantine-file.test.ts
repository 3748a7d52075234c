import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { writeFileAtomicSync } from "../write-file-atomic.ts";
import { quarantineFile, quarantineFileSync } from "./quarantine-file.ts";

test("the file moves aside whole, and never over an older one", () => {
  const folder = temporaryFolder();
  const file = join(folder, "registry.json");
  const asides = ["one", "two", "three"].map((content) => {
    writeFileSync(file, content);
    return quarantineFileSync(file);
  });
  expect(existsSync(file)).toBe(false);
  expect(asides.map((aside) => readFileSync(aside, "utf8"))).toEqual(["one", "two", "three"]);
  expect(readdirSync(folder).every((name) => /^registry\.json\.broken-\d+$/.test(name))).toBe(true);
});

test("the same content is not kept twice, and the older copy stays", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "registry.json");
  writeFileSync(file, "damaged");
  const aside = await quarantineFile(file, { keep: true });
  const { ino } = lstatSync(aside);
  for (let time = 0; time < 100; time += 1) {
    writeFileAtomicSync(file, "damaged");
    expect(await quarantineFile(file, { keep: time % 2 === 0 })).toBe(aside);
  }
  expect(lstatSync(aside).ino).toBe(ino);
  expect(readdirSync(folder)).toHaveLength(1);
});

test("what damages a file again and again does not fill the disk, and nothing is removed", () => {
  const folder = temporaryFolder();
  const file = join(folder, "registry.json");
  const full = expect.objectContaining({ code: "ATOMIC_FS_QUARANTINE_FULL", path: file });
  for (let time = 0; time < 64; time += 1) {
    writeFileSync(file, `damaged ${time}`);
    quarantineFileSync(file);
  }
  writeFileSync(file, "damaged 64");
  for (const keep of [false, true]) {
    expect(() => quarantineFileSync(file, { keep })).toThrow(full);
  }
  expect(readFileSync(file, "utf8")).toBe("damaged 64");
  // What lies aside already needs no room.
  writeFileSync(file, "damaged 7");
  expect(readFileSync(quarantineFileSync(file), "utf8")).toBe("damaged 7");
  expect(readdirSync(folder)).toHaveLength(64);
});

test("with keep, the file also stays in its place", () => {
  const file = join(temporaryFolder(), "registry.json");
  writeFileSync(file, "damaged");
  const aside = quarantineFileSync(file, { keep: true });
  expect(readFileSync(file, "utf8")).toBe("damaged");
  writeFileSync(file, "repaired in place");
  expect(readFileSync(aside, "utf8")).toBe("damaged");
});

test("of a link it is the file behind it that is set aside; the link stays", () => {
  const folder = temporaryFolder();
  const link = join(folder, "registry.json");
  writeFileSync(join(folder, "real.json"), "damaged");
  symlinkSync("real.json", link);
  const aside = quarantineFileSync(link, { keep: true });
  writeFileAtomicSync(link, "new");
  expect(readFileSync(aside, "utf8")).toBe("damaged");
  expect(readFileSync(join(folder, "real.json"), "utf8")).toBe("new");
  expect(readFileSync(quarantineFileSync(link), "utf8")).toBe("new");
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
});

test("what is no file of ours to move is refused, and left where it is", () => {
  const folder = temporaryFolder();
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  expect(() => quarantineFileSync(pipe)).toThrow(
    expect.objectContaining({ code: "ATOMIC_FS_NOT_FILE" }),
  );
  expect(() => quarantineFileSync(folder)).toThrow(
    expect.objectContaining({ code: "ATOMIC_FS_IS_DIRECTORY" }),
  );
  expect(readdirSync(folder)).toEqual(["pipe"]);
});

test("a missing file is an error", () => {
  const folder = temporaryFolder();
  const missing = expect.objectContaining({ code: "ATOMIC_FS_IO" });
  expect(() => quarantineFileSync(join(folder, "missing"))).toThrow(missing);
  expect(() => quarantineFileSync(join(folder, "missing"), { keep: true })).toThrow(missing);
  expect(readdirSync(folder)).toEqual([]);
});
