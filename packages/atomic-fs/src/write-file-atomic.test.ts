import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { writeFileAtomic, writeFileAtomicSync } from "./write-file-atomic.ts";

const faces = [
  ["writeFileAtomic", writeFileAtomic],
  [
    "writeFileAtomicSync",
    async (...args: Parameters<typeof writeFileAtomicSync>) => writeFileAtomicSync(...args),
  ],
] as const;

describe.each(faces)("%s", (_name, write) => {
  test.each(["none", "data", "full"] as const)("replaces the content at %s", async (durability) => {
    const file = join(temporaryFolder(), "file.txt");
    writeFileSync(file, "old");
    await write(file, "new ☃", { durability });
    expect(readFileSync(file, "utf8")).toBe("new ☃");
    expect(readdirSync(join(file, ".."))).toEqual(["file.txt"]);
  });

  test("creates missing folders", async () => {
    const file = join(temporaryFolder(), "a/b/c.json");
    await write(file, Buffer.from("{}"));
    expect(readFileSync(file, "utf8")).toBe("{}");
  });

  test("keeps the mode of what it replaces, and takes the one that is asked for", async () => {
    const file = join(temporaryFolder(), "secret");
    writeFileSync(file, "old");
    chmodSync(file, 0o600);
    await write(file, "new");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await write(file, "newer", { mode: 0o640 });
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  test("follows a symbolic link, through linked folders and when it dangles", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "real/deep"), { recursive: true });
    symlinkSync("real/deep", join(folder, "short"));
    symlinkSync("../target.txt", join(folder, "short/link"));
    await write(join(folder, "short/link"), "first");
    await write(join(folder, "short/link"), "second");
    expect(readFileSync(join(folder, "real/target.txt"), "utf8")).toBe("second");
    expect(lstatSync(join(folder, "real/deep/link")).isSymbolicLink()).toBe(true);
  });

  test("takes .. behind a linked folder as the system does", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "real/deep"), { recursive: true });
    symlinkSync("real/deep", join(folder, "short"));
    symlinkSync("short/../file", join(folder, "link"));
    for (const path of ["short/../file", "link"]) {
      await write(`${folder}/${path}`, path);
      expect(readFileSync(`${folder}/${path}`, "utf8")).toBe(path);
    }
    expect(readFileSync(join(folder, "real/file"), "utf8")).toBe("link");
    expect(existsSync(join(folder, "file"))).toBe(false);
  });

  test("refuses a mode that is none", async () => {
    const file = join(temporaryFolder(), "file");
    for (const mode of [-1, Number.NaN, 0o10000, "0644" as never]) {
      await expect(write(file, "x", { mode })).rejects.toThrow(TypeError);
    }
    expect(existsSync(file)).toBe(false);
  });

  test("refuses a path that is none, and one that can only be a folder", async () => {
    const folder = temporaryFolder();
    await expect(write("a\0b", "x")).rejects.toThrow(TypeError);
    await expect(write(undefined as never, "x")).rejects.toThrow(TypeError);
    await expect(write(`${folder}/new/`, "x")).rejects.toMatchObject({
      code: "ATOMIC_FS_IS_DIRECTORY",
    });
    expect(existsSync(join(folder, "new"))).toBe(false);
  });

  test("refuses empty data, unless it is allowed", async () => {
    const file = join(temporaryFolder(), "file");
    await expect(write(file, "")).rejects.toMatchObject({ code: "ATOMIC_FS_EMPTY", path: file });
    expect(existsSync(file)).toBe(false);
    await write(file, "", { allowEmpty: true });
    expect(readFileSync(file, "utf8")).toBe("");
  });

  test("refuses what is neither text nor bytes, and a durability that is none", async () => {
    const file = join(temporaryFolder(), "file");
    await expect(write(file, new Uint16Array(2) as never)).rejects.toThrow(TypeError);
    await expect(write(file, "x", { durability: "fulll" as never })).rejects.toThrow(TypeError);
    expect(existsSync(file)).toBe(false);
  });

  test("refuses to replace a pipe", async () => {
    const pipe = join(temporaryFolder(), "pipe");
    execFileSync("mkfifo", [pipe]);
    await expect(write(pipe, "x")).rejects.toMatchObject({ code: "ATOMIC_FS_NOT_FILE" });
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  test("refuses a directory, a file used as folder and a circle of links, by code", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "kept");
    symlinkSync("circle", join(folder, "circle"));
    const refused = (path: string): Promise<unknown> =>
      Promise.resolve(write(path, "x")).catch((e) => e);
    expect(await refused(folder)).toMatchObject({ code: "ATOMIC_FS_IS_DIRECTORY" });
    expect(await refused(join(folder, "file/below"))).toMatchObject({
      code: "ATOMIC_FS_NOT_DIRECTORY",
    });
    expect(await refused(join(folder, "circle"))).toMatchObject({
      code: "ATOMIC_FS_IO",
      cause: { code: "ELOOP" },
    });
    expect(readdirSync(folder).toSorted()).toEqual(["circle", "file"]);
  });
});
