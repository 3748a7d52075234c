// Uses every call of the package in a folder, and ends with an error where one breaks its promise:
// for the runtimes on which the test runner does not run.
import assert from "node:assert/strict";
import fs from "node:fs";
import { join } from "node:path";

import {
  createFolderSync,
  findOrphans,
  quarantineFile,
  quarantineFileSync,
  recoverFile,
  syncFolder,
  syncFolderSync,
  updateJson,
  updateJsonSync,
  updateMarkdownField,
  updateMarkdownSection,
  validateFile,
  withFileLock,
  withFileLockSync,
  writeFileAtomic,
  writeFileAtomicSync,
} from "@x/atomic-fs";

import { deadOwner } from "../dead-owner.ts";
import { leaveOrphan } from "../orphan.ts";

const folder = process.argv[2] ?? "";
const file = join(folder, "file.json");
const read = (path: string): string => fs.readFileSync(path, "utf8");

interface Counter {
  count: number;
}
const increment = ({ count }: Counter): Counter => ({ count: count + 1 });

for (const durability of ["none", "data", "full"] as const) {
  await writeFileAtomic(file, durability, { durability });
  assert.equal(read(file), durability);
  writeFileAtomicSync(file, "sync", { durability, mode: 0o600 });
  assert.equal(read(file), "sync");
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
}
await assert.rejects(writeFileAtomic(file, ""), { code: "ATOMIC_FS_EMPTY" });
await assert.rejects(writeFileAtomic(join(file, "below"), "x"), {
  code: "ATOMIC_FS_NOT_DIRECTORY",
});
assert.throws(() => writeFileAtomicSync(folder, "x"), { code: "ATOMIC_FS_IS_DIRECTORY" });
await writeFileAtomic(join(folder, "a/b/c"), "deep");
fs.symlinkSync("file.json", join(folder, "link"));
await writeFileAtomic(join(folder, "link"), "through the link");
assert.equal(read(file), "through the link");
assert.ok(fs.lstatSync(join(folder, "link")).isSymbolicLink());

assert.equal(await withFileLock(file, () => Promise.resolve(1)), 1);
assert.equal(
  withFileLockSync(file, () => 2),
  2,
);
await withFileLock(file, async (lock) => {
  lock.assertHeld();
  assert.throws(() => withFileLockSync(file, () => {}), { code: "ATOMIC_FS_LOCKED" });
  await assert.rejects(
    withFileLock(file, () => {}),
    TypeError,
  );
  await assert.rejects(updateJson<Counter>(file, increment), TypeError);
});
fs.symlinkSync(deadOwner("abcdefgh"), `${file}.lock`);
assert.equal(await withFileLock(file, () => "followed"), "followed");
fs.symlinkSync("1-elsewhere-0-0-1-1-abcdefgh", `${file}.lock`);
const robbed = withFileLock(file, () => {}, { timeoutMilliseconds: 30 });
await assert.rejects(robbed, { code: "ATOMIC_FS_LOCKED" });
assert.throws(() => withFileLockSync(file, () => {}, { timeoutMilliseconds: 30 }), {
  code: "ATOMIC_FS_LOCKED",
});
fs.unlinkSync(`${file}.lock`);
const lost = withFileLock(file, () => fs.unlinkSync(`${file}.lock`));
await assert.rejects(lost, { code: "ATOMIC_FS_LOCK_LOST" });

await assert.rejects(updateJson<Counter>(file, increment), { code: "ATOMIC_FS_CORRUPT" });
const aside = quarantineFileSync(file);
assert.equal(read(aside), "through the link");
assert.throws(() => updateJsonSync<Counter>(file, increment), { code: "ATOMIC_FS_MISSING" });
const options = { initial: { count: 0 }, durability: "none" } as const;
const changes = Array.from({ length: 200 }, (_, index) =>
  updateJson(
    file,
    (counter: Counter) => {
      if (index === 100) throw new Error("one of many");
      return increment(counter);
    },
    options,
  ),
);
updateJsonSync<Counter>(file, increment, options);
const outcomes = await Promise.allSettled(changes);
assert.equal(outcomes.filter(({ status }) => status === "rejected").length, 1);
assert.equal(read(file), '{\n  "count": 200\n}\n');

assert.deepEqual(await validateFile(file), { state: "valid" });
assert.deepEqual(await recoverFile(file), { outcome: "intact", archived: [] });
fs.unlinkSync(file);
// What was set aside above must not be newer.
const later = Date.now() / 1000 + 10;
const from = leaveOrphan(file, { intended: '{"count": 1}', seconds: later });
leaveOrphan(file, { intended: '{"count": 2}', content: "{", seconds: later + 1 });
assert.deepEqual(
  (await findOrphans(file)).map(({ writer, size }) => [writer, size]),
  [
    ["dead", 1],
    ["dead", 12],
  ],
);
const recovery = await recoverFile(file);
assert.ok(recovery.outcome === "recovered" && recovery.from === from);
assert.equal(read(file), '{"count": 1}');
for (const path of recovery.archived) fs.unlinkSync(path);
fs.unlinkSync(await quarantineFile(file, { keep: true }));

const notes = join(folder, "a/notes.md");
await writeFileAtomic(notes, "# Notes\r\n\r\nStatus: old\r\n");
await updateMarkdownField(notes, "Status", "a/b & $1");
await updateMarkdownSection(notes, "Log", "one\ntwo", { missing: "append" });
assert.equal(read(notes), "# Notes\r\n\r\nStatus: a/b & $1\r\n\r\n## Log\r\n\r\none\r\ntwo\r\n");
await assert.rejects(updateMarkdownField(notes, "Phase", "1"), { code: "ATOMIC_FS_NO_FIELD" });

assert.equal(createFolderSync(join(folder, "new")), true);
assert.equal(createFolderSync(join(folder, "new")), false);
await syncFolder(folder);
syncFolderSync(folder);
const names = ["a", "file.json", "link", "new", aside.slice(folder.length + 1)];
assert.deepEqual(fs.readdirSync(folder).toSorted(), names.toSorted());
process.stdout.write("done\n");
