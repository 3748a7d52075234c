import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { dirname, join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { createFolderSync } from "../src/create-folder.ts";
import { withFileLock, withFileLockSync } from "../src/locks/with-file-lock.ts";
import { findOrphans } from "../src/recovery/find-orphans.ts";
import { validateFile } from "../src/recovery/validate-file.ts";
import { updateJson } from "../src/update-json.ts";
import { writeFileAtomic, writeFileAtomicSync } from "../src/write-file-atomic.ts";
import type { Change } from "./every-change.ts";
import {
  accident,
  ACCIDENTS,
  CHANGES,
  contentsIn,
  OLD_TIME,
  prepare,
  refusalOf,
  watching,
} from "./every-change.ts";

const changes = Object.entries(CHANGES);
const isRoot = process.getuid?.() === 0;
const [USER, MEMBER, STRANGER] = [1002, 1003, 1004];
const PERMISSIONS = 0o7777;
const MODES = [
  0o600, 0o640, 0o660, 0o644, 0o664, 0o666, 0o444, 0o440, 0o750, 0o2755, 0o4755, 0o6750, 0o1644, 0,
];
const octal = (mode: number): string => (mode & PERMISSIONS).toString(8);
const modeOf = (path: string): string => octal(fs.statSync(path).mode);

/** The known-bad double: any mode at first, and what is a link is replaced itself. */
function careless(path: string): void {
  const descriptor = fs.openSync(`${path}.tmp.1`, "w", 0o666);
  fs.writeSync(descriptor, "new");
  fs.closeSync(descriptor);
  fs.chmodSync(`${path}.tmp.1`, fs.statSync(path).mode);
  fs.renameSync(`${path}.tmp.1`, path);
}
const CARELESS: Change = { before: "old", after: "new", run: careless };

/** Until the test ends, this process is that user. Who is not root stays who it is. */
function become(uid: number, groups: readonly number[] = []): void {
  if (!isRoot) return;
  const ownGroups = process.getgroups?.() ?? [];
  onTestFinished(() => {
    process.seteuid?.(0);
    process.setegid?.(0);
    process.setgroups?.(ownGroups);
  });
  process.setgroups?.([...groups]);
  process.setegid?.(uid);
  process.seteuid?.(uid);
}

type Owner = readonly [uid: number, gid: number];

/** What the change is to find, in a folder of its own. */
function fileFor(change: Change, mode: number, owner?: Owner, folderOwner = owner): string {
  const file = join(temporaryFolder(), "file.json");
  prepare(change, file);
  for (const name of fs.readdirSync(dirname(file))) {
    const path = join(dirname(file), name);
    if (folderOwner !== undefined) fs.chownSync(path, ...folderOwner);
    // What a crash has left beside the file is as open as the file here.
    fs.chmodSync(path, mode & 0o777);
  }
  if (owner !== undefined) fs.chownSync(file, ...owner);
  if (folderOwner !== undefined) fs.chownSync(dirname(file), ...folderOwner);
  fs.chmodSync(file, mode);
  return file;
}

/** What the file's mode lets somebody do who is in that group, and owns nothing. */
function rightsOf({ mode, gid }: fs.Stats, group: number): number {
  return (gid === group ? mode >> 3 : mode) & 0o7;
}

/** What is wrong with the file afterwards, and with others beside it at any moment. */
async function faultsOf(change: Change, file: string): Promise<string[]> {
  const old = fs.statSync(file);
  const folder = dirname(file);
  const groups = [old.gid, process.getegid?.() ?? 0, STRANGER];
  const faults = new Set<string>();
  const look = (): void => {
    for (const name of fs.readdirSync(folder)) {
      const stats = fs.lstatSync(join(folder, name));
      const isMore = (group: number): boolean =>
        (rightsOf(stats, group) & ~rightsOf(old, group)) !== 0;
      if (stats.isFile() && groups.some(isMore)) faults.add("more open than the file");
    }
  };
  await watching({ after: look }, () => change.run(file));
  const aside = fs.readdirSync(folder).find((name) => name.includes(".broken-")) ?? "";
  const { mode, uid, gid, mtimeMs } = fs.statSync(
    change.after === undefined ? join(folder, aside) : file,
  );
  if (mode !== old.mode) faults.add(`mode ${octal(mode)}`);
  if (uid !== old.uid || gid !== old.gid) faults.add(`owner ${uid}:${gid}`);
  const isWritten = change.after !== undefined && change.after !== change.before;
  if (isWritten !== mtimeMs > OLD_TIME * 1000) faults.add("time");
  return [...faults];
}

const WHOSE = [
  ["its own user", undefined, undefined],
  ["another user", undefined, [USER, MEMBER]],
  ["a user without privileges", USER, [USER, USER]],
  ["that user and a further group", USER, [USER, MEMBER]],
] as const;

test("a change that starts with the usual mode, or forgets the owner, is found out", async () => {
  const own = await faultsOf(CARELESS, fileFor(CARELESS, 0o600));
  expect(own).toEqual(["more open than the file"]);
  if (!isRoot) return;
  const strange = await faultsOf(CARELESS, fileFor(CARELESS, 0o600, [USER, MEMBER]));
  expect(strange).toEqual([...own, "owner 0:0"]);
});

test.for(
  WHOSE.flatMap((whose) => changes.map(([name, change]) => [name, ...whose, change] as const)),
)(
  "%s keeps mode and owner of a file of %s, and nothing beside it is more open for an instant",
  async ([_name, _whose, user, owner, change], { skip }) => {
    if (!isRoot && owner !== undefined) return skip("only root may be another user");
    // Who cannot read a file cannot change it; set-id bits of a given file are root's to keep.
    const modes = MODES.filter((mode) => (isRoot && user === undefined) || mode !== 0);
    const files = modes.map((mode) => fileFor(change, mode, owner));
    if (user !== undefined) become(user, [MEMBER]);
    const found = [];
    for (const file of files) found.push([modeOf(file), await faultsOf(change, file)]);
    expect(found).toEqual(modes.map((mode) => [octal(mode), []]));
  },
);

const replacing = changes.filter(
  ([, { after, before }]) => after !== undefined && after !== before,
);

test.for(replacing)(
  "%s grants nobody what the owner and group that cannot be kept had",
  async ([name, change], { skip }) => {
    if (!isRoot) return skip("only root may be another user");
    for (const [gid, mode, expected, expectedGid] of [
      [MEMBER, 0o664, 0o664, MEMBER],
      [MEMBER, 0o6775, 0o775, MEMBER],
      [STRANGER, 0o664, 0o644, USER],
      [STRANGER, 0o6775, 0o755, USER],
    ] as const) {
      const file = fileFor(change, mode, [0, gid], [USER, USER]);
      become(USER, [MEMBER]);
      expect(await refusalOf(() => change.run(file))).toBeUndefined();
      const { uid, gid: kept } = fs.statSync(file);
      expect([name, modeOf(file), uid, kept]).toEqual([name, octal(expected), USER, expectedGid]);
      process.seteuid?.(0);
    }
  },
);

test("new files and folders get what the umask leaves, unless a mode is asked for", async () => {
  const umask = process.umask();
  onTestFinished(() => void process.umask(umask));
  const options = { initial: {}, durability: "none" } as const;
  const same = (value: object): object => value;
  for (const mask of [0, 0o022, 0o027, 0o077]) {
    const folder = temporaryFolder();
    process.umask(mask);
    await writeFileAtomic(join(folder, "deep/er/1"), "x");
    writeFileAtomicSync(join(folder, "2"), "x");
    await updateJson(join(folder, "3"), same, options);
    await updateJson(join(folder, "4"), same, { ...options, mode: 0o664 });
    writeFileAtomicSync(join(folder, "5"), "x", { mode: 0o604 });
    createFolderSync(join(folder, "new"));
    const modes = ["deep/er/1", "2", "3", "4", "5", "deep", "deep/er", "new"].map((name) =>
      modeOf(join(folder, name)),
    );
    const [file, made] = [octal(0o666 & ~mask), octal(0o777 & ~mask)];
    expect(modes).toEqual([file, file, file, "664", "604", made, made, made]);
  }
});

/** What becomes of the other names of a file: of a second one, and of a link to it. */
async function namesAfter(change: Change): Promise<unknown[]> {
  const file = fileFor(change, 0o644);
  const away = temporaryFolder();
  fs.linkSync(file, join(away, "second"));
  fs.symlinkSync(file, join(away, "link"));
  await change.run(join(away, "link"));
  return [contentsIn(away), contentsIn(dirname(file))["file.json"]].map((found) =>
    JSON.parse(JSON.stringify(found ?? null).replaceAll(file, "file")),
  );
}

test.each(changes)(
  "%s leaves a second name its old content, and a link a link",
  async (_, change) => {
    expect((await namesAfter(CARELESS))[0]).toEqual({ second: "old", link: "new" });
    const names = { second: change.before, link: "a link to file" };
    expect(await namesAfter(change)).toEqual([names, change.after ?? null]);
  },
);

test.each(changes)(
  "%s is refused where nothing may be written, and leaves nothing",
  async (_, change) => {
    const file = fileFor(change, 0o644);
    const folder = dirname(file);
    onTestFinished(() => fs.chmodSync(folder, 0o755));
    fs.chmodSync(folder, 0o555);
    for (const name of fs.readdirSync(folder)) fs.chmodSync(join(folder, name), 0o644);
    const before = contentsIn(folder);
    become(USER);
    expect(await refusalOf(() => change.run(file))).toBe("ATOMIC_FS_ACCESS_DENIED");
    expect(contentsIn(folder)).toEqual(before);
  },
);

test("on a read-only file system every change and lock is refused, and every look is not", async ({
  skip,
}) => {
  const disk = temporaryFolder();
  const mount = (options: string): boolean =>
    spawnSync("mount", ["-t", "tmpfs", "-o", options, "none", disk]).status === 0;
  if (process.platform !== "linux" || !mount("size=1m")) return skip("this user may not mount");
  onTestFinished(() => void spawnSync("umount", [disk]));
  for (const [name, change] of changes) {
    fs.mkdirSync(join(disk, name));
    prepare(change, join(disk, name, "file"));
  }
  expect(mount("remount,ro")).toBe(true);
  for (const [name, change] of changes) {
    const file = join(disk, name, "file");
    const before = contentsIn(dirname(file));
    const locks = [withFileLock, withFileLockSync].map((lock) => () => lock(file, () => {}));
    for (const run of [() => change.run(file), () => createFolderSync(`${file}.new`), ...locks]) {
      expect([name, await refusalOf(run)]).toEqual([name, "ATOMIC_FS_READ_ONLY"]);
    }
    expect(await findOrphans(file)).toHaveLength(change.hasOrphan === true ? 1 : 0);
    expect((await validateFile(file)).state).not.toBe("missing");
    expect(contentsIn(dirname(file))).toEqual(before);
  }
});

test("a careless change is found out by what happens to its folder", async () => {
  for (const [, happen] of ACCIDENTS.slice(0, 4)) {
    await expect(accident(CARELESS, happen, 2)).rejects.toThrow(/ENOENT|ENOTDIR/);
  }
});

// In the short tier every second call: the odd ones with one accident, the even ones with the next.
const STEP = isLongTier ? 1 : 2;

test.each(
  (isLongTier ? changes : changes.filter(([name]) => !/Section|FileSync$|full/.test(name))).flatMap(
    ([name, change]) =>
      ACCIDENTS.map(([what, happen], index) => [name, what, change, happen, index] as const),
  ),
)(
  "%s, when %s before any of its file calls, is made or refused, and nothing is torn or elsewhere",
  async (_name, _what, change, happen, index) => {
    let before = index % STEP;
    for (let isOver = false; !isOver; before += STEP) {
      const { faults, isOver: isLast } = await accident(change, happen, before + 1);
      expect([before + 1, faults]).toEqual([before + 1, []]);
      isOver = isLast;
    }
    expect(before).toBeGreaterThan(5);
  },
);
