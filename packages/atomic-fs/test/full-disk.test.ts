import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { updateJson, updateJsonSync } from "../src/update-json.ts";
import { writeFileAtomic, writeFileAtomicSync } from "../src/write-file-atomic.ts";

/** A file system of 128 KB in memory; undefined where this user may not mount one. */
function smallDisk(): string | undefined {
  if (process.platform !== "linux") return undefined;
  const folder = temporaryFolder();
  const options = ["-t", "tmpfs", "-o", "size=128k", "none", folder];
  if (spawnSync("mount", options, { stdio: "ignore" }).status !== 0) return undefined;
  onTestFinished(() => void spawnSync("umount", [folder]));
  return folder;
}

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
  const folder = smallDisk();
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
