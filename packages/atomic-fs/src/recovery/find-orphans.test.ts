import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { leaveOrphan } from "../../test/orphan.ts";
import { hash, ownIdentity } from "../processes/process-identity.ts";
import { temporaryPath } from "../temporary-path.ts";
import { findOrphans, findOrphansIn } from "./find-orphans.ts";

const { pid, start } = ownIdentity();
// Beyond what Linux gives out (proc_sys_kernel(5), pid_max).
const UNUSED = 99_999_999;

async function writerOf(name: string): Promise<string | undefined> {
  const file = join(temporaryFolder(), "STATE.md");
  writeFileSync(`${file}${name}`, "text");
  const orphans = await findOrphans(file);
  expect(orphans.length).toBeLessThanOrEqual(1);
  return orphans[0]?.writer;
}

test.runIf(process.platform === "linux").each([
  ["of a write that is under way", `.tmp.${pid}.${start}.abcd1234`, "alive"],
  ["whose pid belongs to a later process", `.tmp.${pid}.1.abcd1234`, "dead"],
  ["whose process is gone", `.tmp.${UNUSED}.1.abcd1234`, "dead"],
  ["without a start time, whose pid is in use", `.tmp.${pid}.0.abcd1234`, "unknown"],
  ["with a pid that is in use", `.tmp.${pid}`, "unknown"],
  ["with a pid that is not in use", `.tmp.${UNUSED}`, "dead"],
  ["with a pid in front", `.${UNUSED}.tmp`, "dead"],
  ["with a pid in front that is in use", `.${pid}.tmp`, "unknown"],
  ["with a number that is no pid", ".tmp.99999999999999999999", "dead"],
  ["without any number", ".tmp", "unknown"],
  ["of a section that is no temporary file", ".tmp.md", undefined],
  ["of another file", "x.tmp", undefined],
  ["that was set aside", `.tmp.${UNUSED}.1.abcd1234.broken-12`, undefined],
  ["that is a lock", ".lock", undefined],
])("a name %s", async (_title, name, writer) => {
  expect(await writerOf(name)).toBe(writer);
});

/** The name of a file of this process, with another place in it. */
function nameElsewhere(place: { machine?: string; boot?: string; namespace?: string }): string {
  const tag = (text: string): string => hash(text).padStart(4, "0").slice(-4);
  const here = ownIdentity();
  const { machine, boot, namespace } = { ...here, ...place };
  const own = temporaryPath("STATE.md", Buffer.from("text")).slice("STATE.md".length);
  const [ownTags, tags] = [here, { machine, boot, namespace }].map((identity) =>
    [identity.machine, identity.boot, identity.namespace].map(tag).join(""),
  );
  return own.replace(String(ownTags), String(tags)).replace(`.${start}.`, ".1.");
}

test.runIf(process.platform === "linux")(
  "a writer in a place that cannot be seen from here is unknown, whoever has its pid here",
  async () => {
    expect(await writerOf(nameElsewhere({}))).toBe("dead");
    expect(await writerOf(nameElsewhere({ namespace: "1.1" }))).toBe("unknown");
    expect(await writerOf(nameElsewhere({ machine: "z", boot: "12345678" }))).toBe("unknown");
    expect(await writerOf(nameElsewhere({ boot: "0" }))).toBe("unknown");
    // Dead with its boot; only a machine without an id is not sure to be the same.
    const isNamed = !ownIdentity().machine.startsWith("0");
    expect(await writerOf(nameElsewhere({ boot: "12345678" }))).toBe(isNamed ? "dead" : "unknown");
  },
);

test("orphans come with their size and time, the newest first, and belong to one file", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "a.json");
  const old = leaveOrphan(file, { intended: "{}", seconds: 1_000 });
  const recent = leaveOrphan(file, { intended: "[1]", seconds: 2_000 });
  leaveOrphan(join(folder, "axjson"), { intended: "{}" });
  leaveOrphan(join(folder, "b.a.json"), { intended: "{}" });
  mkdirSync(`${file}.tmp.1`);
  symlinkSync("/etc/passwd", `${file}.tmp.2`);
  expect(await findOrphans(file)).toEqual([
    { path: recent, pid, writer: "dead", size: 3, modified: new Date(2_000_000) },
    { path: old, pid, writer: "dead", size: 2, modified: new Date(1_000_000) },
  ]);
});

test("what may be another file's is nobody's for sure", async () => {
  const file = join(temporaryFolder(), "notes");
  writeFileSync(`${file}.${UNUSED}`, "a file of its own");
  writeFileSync(`${file}.${UNUSED}.tmp`, "what was to be in it");
  expect(await findOrphans(file)).toMatchObject([{ writer: "unknown" }]);
});

test("of a link, they lie beside the file that it leads to", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "real.json");
  const orphan = leaveOrphan(file, { intended: "{}" });
  const link = join(temporaryFolder(), "link.json");
  symlinkSync(file, link);
  expect((await findOrphans(link)).map(({ path }) => path)).toEqual([orphan]);
});

test("where there is no folder there are no orphans; a path through a file is an error", async () => {
  const folder = temporaryFolder();
  expect(await findOrphans(join(folder, "missing/a.json"))).toEqual([]);
  writeFileSync(join(folder, "file"), "");
  await expect(findOrphans(join(folder, "file/a.json"))).rejects.toMatchObject({
    code: "ATOMIC_FS_NOT_DIRECTORY",
  });
});

test("the longest name that can be written has room for its temporary file", async () => {
  const folder = temporaryFolder();
  const room = 255 - basename(temporaryPath("", Buffer.from(""))).length;
  const file = join(folder, "n".repeat(room));
  utimesSync(leaveOrphan(file, { intended: "text" }), 1, 1);
  expect(await findOrphans(file)).toHaveLength(1);
});

test("a folder tells of all temporary files of ours in it, and what they were for", async () => {
  const folder = temporaryFolder();
  const [plans, state] = [join(folder, "plans.json"), join(folder, "STATE.md")];
  const older = leaveOrphan(plans, { intended: "{}", seconds: 1 });
  const newer = leaveOrphan(plans, { intended: "[]", writer: "alive", seconds: 2 });
  const other = leaveOrphan(state, { intended: "# State\n" });
  // What no name of ours is may be anybody's.
  for (const name of ["notes.tmp", `notes.tmp.${UNUSED}`, `notes.${UNUSED}.tmp`, "x.tmp.1.2."]) {
    writeFileSync(join(folder, name), "text");
  }
  mkdirSync(join(folder, `folder.tmp.${UNUSED}.1.abcd1234`));
  const found = await findOrphansIn(folder);
  expect(found.map(({ path, target, writer }) => [path, target, writer])).toEqual([
    [other, state, "dead"],
    [newer, plans, "alive"],
    [older, plans, "dead"],
  ]);
  expect(await findOrphansIn(join(folder, "missing"))).toEqual([]);
  await expect(findOrphansIn(join(folder, "notes.tmp"))).rejects.toMatchObject({
    code: "ATOMIC_FS_NOT_DIRECTORY",
  });
});
