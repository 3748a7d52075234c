import fs from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { smallDisk } from "../../../test/small-disk.ts";
import { quarantineFile } from "../src/recovery/quarantine-file.ts";
import { recoverFile } from "../src/recovery/recover-file.ts";
import { updateJson, updateJsonSync } from "../src/update-json.ts";
import { updateMarkdownField } from "../src/update-markdown.ts";
import { writeFileAtomic, writeFileAtomicSync } from "../src/write-file-atomic.ts";
import { leaveOrphan } from "./orphan.ts";

const LARGE = "x".repeat(200_000);
const OLD = '{"old": true}';

/** The known-bad double: one write, whose count nobody reads. */
function careless(file: string, data: string): void {
  const descriptor = fs.openSync(`${file}.tmp`, "w");
  fs.writeSync(descriptor, data);
  fs.closeSync(descriptor);
  fs.renameSync(`${file}.tmp`, file);
}

const LEVELS = ["none", "data", "full"] as const;
const WRITES = {
  writeFileAtomic: (file, durability) => writeFileAtomic(file, LARGE, { durability }),
  writeFileAtomicSync: async (file, durability) => writeFileAtomicSync(file, LARGE, { durability }),
  updateJson: (file, durability) => updateJson(file, () => LARGE, { durability }),
  updateJsonSync: async (file, durability) => updateJsonSync(file, () => LARGE, { durability }),
} as const satisfies Record<
  string,
  (file: string, level: (typeof LEVELS)[number]) => Promise<void>
>;

test("on a full disk nothing is truncated: each call at each level is refused, with the old content intact", async ({
  skip,
}) => {
  const folder = smallDisk("size=128k");
  if (folder === undefined) return skip("this user may not mount a file system");
  const file = join(folder, "file.json");
  careless(file, LARGE);
  expect(fs.statSync(file).size).toBeLessThan(LARGE.length);
  fs.writeFileSync(file, OLD);
  for (const write of Object.values(WRITES)) {
    for (const level of LEVELS) {
      await expect(write(file, level)).rejects.toMatchObject({ code: "ATOMIC_FS_NO_SPACE" });
      expect(fs.readFileSync(file, "utf8")).toBe(OLD);
      expect(fs.readdirSync(folder)).toEqual(["file.json"]);
    }
  }
});

const BLOCK = 4096;
const BROKEN = '{"old": tr';
const OPTIONS = { initial: {}, corrupt: "quarantine" } as const;

/** Changes that need room, and what the file holds when they are made. */
const CHANGES: Readonly<Record<string, Change>> = {
  writeFileAtomic: { name: "file.json", before: OLD, make: (file) => writeFileAtomic(file, NEW) },
  updateJson: { name: "file.json", before: OLD, make: (file) => updateJson(file, () => NEW) },
  "updateJson of a corrupt file": {
    name: "file.json",
    before: BROKEN,
    make: (file) => updateJson<unknown>(file, () => NEW, OPTIONS),
  },
  updateMarkdownField: {
    name: "STATE.md",
    before: "Status: old\n",
    make: (file) => updateMarkdownField(file, "Status", NEW),
  },
  quarantineFile: {
    name: "file.json",
    before: BROKEN,
    make: async (file) => void (await quarantineFile(file)),
  },
  recoverFile: {
    name: "file.json",
    before: BROKEN,
    prepare: (file) => {
      fs.utimesSync(file, 1, 1);
      leaveOrphan(file, { intended: JSON.stringify(NEW), seconds: 2 });
    },
    make: async (file) => void (await recoverFile(file)),
  },
};

interface Change {
  readonly name: string;
  readonly before: string;
  readonly prepare?: (file: string) => void;
  readonly make: (file: string) => Promise<void>;
}

// Some blocks long.
const NEW = "y".repeat(3 * BLOCK);

/** All contents in a folder, without that of the file which only takes up room. */
function contentsOf(folder: string): string[] {
  const names = fs.readdirSync(folder).filter((name) => !name.startsWith("ballast"));
  return names.map((name) => fs.readFileSync(join(folder, name), "utf8"));
}

/** Makes the change with so much room left, and gives whether it was made. */
async function changeWithin(folder: string, change: Change, fill: () => void): Promise<boolean> {
  for (const name of fs.readdirSync(folder)) fs.rmSync(join(folder, name));
  const file = join(folder, change.name);
  fs.writeFileSync(file, change.before);
  change.prepare?.(file);
  const before = contentsOf(folder);
  fill();
  const error = await change.make(file).then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (error === undefined) return true;
  expect(error).toMatchObject({ code: "ATOMIC_FS_NO_SPACE", installed: false });
  expect(fs.readFileSync(file, "utf8")).toBe(change.before);
  // What was set aside already has two names then; the next try finds it.
  expect(new Set(contentsOf(folder))).toEqual(new Set(before));
  return false;
}

test.for(Object.entries(CHANGES))(
  "however many blocks are left on the disk, %s is made whole, or refused with all as it was",
  async ([, change], { skip }) => {
    const blocks = 20;
    const folder = smallDisk(`size=${blocks * BLOCK}`);
    if (folder === undefined) return skip("this user may not mount a file system");
    const outcomes: boolean[] = [];
    for (let left = 0; left <= 8; left += 1) {
      const fill = (): void => {
        const { bavail } = fs.statfsSync(folder);
        fs.writeFileSync(join(folder, "ballast"), Buffer.alloc((bavail - left) * BLOCK));
      };
      outcomes.push(await changeWithin(folder, change, fill));
    }
    // Once there is room, there is room for all of it.
    expect(outcomes.at(-1)).toBe(true);
    expect(outcomes.lastIndexOf(false)).toBeLessThan(outcomes.indexOf(true));
  },
);

test.for(Object.entries(CHANGES))(
  "however many names are left on the disk, %s is made whole, or refused with all as it was",
  async ([, change], { skip }) => {
    const folder = smallDisk("nr_inodes=24");
    if (folder === undefined) return skip("this user may not mount a file system");
    const outcomes: boolean[] = [];
    for (let left = 0; left <= 6; left += 1) {
      const fill = (): void => {
        const { ffree } = fs.statfsSync(folder);
        for (let name = left; name < ffree; name += 1) {
          fs.writeFileSync(join(folder, `ballast-${name}`), "");
        }
      };
      outcomes.push(await changeWithin(folder, change, fill));
    }
    expect(outcomes[0]).toBe(false);
    expect(outcomes.at(-1)).toBe(true);
  },
);
