import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { WriteBuffer } from "@x/tracker";
import { Journal, journalFolderOf } from "@x/tracker/host";

import { endOf } from "../../../test/run-typescript.ts";
import { envelope } from "./assert-failure.ts";
import { cabinet, startCabinet } from "./run-cabinet-here.ts";
import {
  agentLine,
  BUILD,
  sampleCheckout,
  sampleLines,
  trackedCheckout,
  trackerOf,
  writeLines,
} from "./tracked.ts";

test("an export has all records, one JSON value a line, and another database takes all of them", async () => {
  const { dir, run } = await sampleCheckout();
  const { code, stdout, stderr } = await run("export");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const expected = sampleLines(dir).map((line): unknown => JSON.parse(line));
  const lines = stdout.trimEnd().split("\n");
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual(expect.arrayContaining(expected));
  expect(lines).toHaveLength(expected.length);

  const exported = await run("export", "--out", "all.jsonl");
  const file = join(dir, "all.jsonl");
  expect(exported.stdout).toBe(`Exported ${expected.length} records to ${file}\n`);
  expect(readFileSync(file, "utf8")).toBe(stdout);
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const other = trackerOf({ dir, path: join(dir, "other.lmdb") });
  const all = { added: expected.length, skipped: 0, bad_lines: 0, bad: [] };
  expect(await other.data("import", "all.jsonl")).toMatchObject(all);
  expect((await other.run("export")).stdout).toBe(stdout);
  const again = { added: 0, skipped: expected.length };
  expect(await other.data("import", "all.jsonl")).toMatchObject(again);
});

test("an export never takes the place of a file, and leaves nothing else behind", async () => {
  const { dir, run } = await sampleCheckout();
  writeFileSync(join(dir, "mine"), "mine");
  const before = readdirSync(dir);
  expect(await run("export", "--out", "mine")).toMatchObject({
    code: 1,
    stdout: "",
    stderr: `error: ${join(dir, "mine")} is there already. It was left as it is.\nGive the path of a file that is not there.\n`,
  });
  expect(readFileSync(join(dir, "mine"), "utf8")).toBe("mine");
  const { stdout } = await run("export", "--out", "missing/file", "--json");
  expect(envelope(stdout)).toMatchObject({
    error: {
      code: "CABINET_FILE_NOT_WRITTEN",
      hint: `Look at the path again: there is no folder ${join(dir, "missing")}.`,
    },
  });
  expect(readdirSync(dir)).toEqual(before);
});

test("lines that hold no record are named, and all others are imported", async () => {
  const place = trackedCheckout();
  const { run, data } = trackerOf(place);
  const bad = agentLine("late", { updated_at: "soon" });
  const file = writeLines(place.dir, [agentLine("one"), "{", "", bad, '"x"', agentLine("two")]);
  const { code, stdout, stderr } = await run("import", file);
  expect(code).toBe(1);
  expect(stdout.split("\n")).toEqual([
    "Imported 2 records; 0 were there already.",
    "line 2: it is not valid JSON",
    'line 4: "soon" is no time since 1970',
    expect.stringMatching(/^line 5: it is no record of a tracker: /),
    "",
  ]);
  expect(stderr).toContain("All other lines were imported; ");
  expect(await data()).toMatchObject({ agents: [{ id: "one" }, { id: "two" }] });
  expect(await data("import", file)).toMatchObject({
    added: 0,
    skipped: 2,
    bad_lines: 3,
    bad: [{ line: 2 }, { line: 4 }, { line: 5 }],
  });
});

test("a last line that was cut when it was written is a warning, and nothing to mend", async () => {
  const place = trackedCheckout();
  const { run, data } = trackerOf(place);
  const file = join(place.dir, "cut.jsonl");
  const cut = agentLine("two", { name: "é" });
  writeFileSync(file, Buffer.from(`${agentLine("one")}\n${cut}`).subarray(0, -20));
  expect(await run("import", file)).toEqual({
    code: 0,
    stdout: "Imported 1 record; 0 were there already.\n",
    stderr:
      "warning: line 2, the last one, was cut when it was written, and holds no record; there is nothing to mend\n",
  });
  writeFileSync(file, "no record at all");
  expect(await data("import", file)).toMatchObject({ bad_lines: 1, bad: [{ line: 1 }] });
});

const TWO_AGENTS = `${agentLine("one")}\n${agentLine("two")}\n`;
const TWO_IMPORTED = { code: 0, stdout: "Imported 2 records; 0 were there already.\n", stderr: "" };

test("an import of - reads stdin", async () => {
  const { dir, path } = trackedCheckout();
  async function* input(): AsyncGenerator<string> {
    yield TWO_AGENTS;
  }
  const args = ["tracker", "import", "-", "--database", path];
  expect(await cabinet(dir, args, {}, { input })).toEqual(TWO_IMPORTED);
});

// In a process of its own: there, lmdb is not loaded yet.
test.runIf(process.platform !== "win32")("an import reads a pipe with a name", async () => {
  const { dir, path } = trackedCheckout();
  const pipe = join(dir, "pipe");
  execFileSync("mkfifo", [pipe]);
  const importing = startCabinet(dir, ["tracker", "import", pipe, "--database", path]);
  const [ended] = await Promise.all([endOf(importing), writeFile(pipe, TWO_AGENTS)]);
  expect(ended).toMatchObject(TWO_IMPORTED);
});

test("a file that is not there is not imported, and no database is made for it", async () => {
  const place = trackedCheckout();
  const { run } = trackerOf(place);
  for (const file of ["none.jsonl", "."]) {
    const { code, stdout } = await run("import", file, "--json");
    expect([code, envelope(stdout).error]).toMatchObject([1, { code: "CABINET_FILE_UNREADABLE" }]);
  }
  expect(readdirSync(dirname(place.dir))).toEqual(["shop"]);
});

test("a dry run applies no journal that waits: what it says does not count it, and it waits on", async () => {
  const { path, data } = await sampleCheckout();
  const buffer = new WriteBuffer({ journal: new Journal(journalFolderOf(path)) });
  buffer.bufferScore(BUILD, { type: "tool" });
  await buffer.close();
  const journals = (): Map<string, string> => {
    const folder = journalFolderOf(path);
    return new Map(
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
    );
  };
  const before = journals();
  expect(before.size).toBe(1);
  expect(await data("prune", "--before", "2026-02-01", "--dry-run")).toMatchObject({
    dryRun: true,
  });
  expect(await data("migrate", "--dry-run")).toMatchObject({ dryRun: true, errors: [] });
  expect(journals()).toEqual(before);
  await data("agents");
  expect(journals()).not.toEqual(before);
});

test("what is pruned is kept in a file beside the database, and comes back from there", async () => {
  const { path, run, data } = await sampleCheckout();
  const before = (await run("export")).stdout;
  const removed = { commits: 2, communication: 2, retrospectives: 1, activities: 1 };
  const dry = await data("prune", "--before", "2026-02-01", "--dry-run");
  expect(dry).toMatchObject({ dryRun: true, removed, archive: null });
  expect((await run("export")).stdout).toBe(before);

  const pruned = await run("prune", "--before", "2026-02-01");
  expect(pruned.stdout).toBe(
    "Older than 2026-02-01T00:00:00.000Z: 2 commits, 2 grades, 1 retrospective and 1 journal entry were removed.\n",
  );
  const [archive = "", ...others] = readdirSync(dirname(path)).filter((name) =>
    /^agents\.lmdb\.pruned-\d+\.jsonl$/.test(name),
  );
  expect(others).toEqual([]);
  const file = join(dirname(path), archive);
  expect(pruned.stderr).toBe(
    `What was removed is in ${file}: \`cabinet tracker import <file>\` brings it back.\n`,
  );
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await data("compare")).toMatchObject({ setups: [{ commits: 0 }, { commits: 0 }] });
  expect(await data("prune", "--before", "2026-02-01")).toMatchObject({ archive: null });
  expect(await data("import", file)).toMatchObject({ added: 6, skipped: 0 });
  expect((await run("export")).stdout).toBe(before);
});

test("a full database takes no more, says so, and prune makes room again", async () => {
  const { dir, path, run, data } = await sampleCheckout();
  const note = "x".repeat(200_000);
  const lines = Array.from({ length: 40 }, (_, index) =>
    JSON.stringify({
      type: "activity",
      record: {
        agent_id: BUILD,
        timestamp: `2026-01-0${1 + (index % 9)}T00:00:00.000Z`,
        task: `task ${index}`,
        actions: note.slice(0, 60_000),
        outcome: "",
        decisions: "",
      },
    }),
  );
  const small = ["--max-size", "1MiB"];
  for (const line of lines) {
    const { code } = await run("import", writeLines(dir, [line]), ...small);
    if (code !== 0) break;
  }
  const noted = ["journal", BUILD, "--task", note, ...small];
  const { code, stdout, stderr } = await run(...noted, "--json");
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(envelope(stdout).error).toEqual({
    code: "LMDB_STORE_FULL",
    message: `The database ${path} is full, or has no room for so much at once; what did not fit was not written.`,
    hint: expect.stringContaining("`cabinet tracker prune --before <date>` makes room"),
  });
  expect(await run(...small)).toMatchObject({ code: 0, stderr: "" });

  // A host goes on meanwhile: what it does waits in its journal.
  const buffer = new WriteBuffer({ journal: new Journal(journalFolderOf(path)) });
  const timestamp = "2026-02-02T00:00:00.000Z";
  const entry = { timestamp, task: "of a host", actions: note, outcome: "", decisions: "" };
  buffer.bufferActivity(BUILD, entry);
  await buffer.close();
  const shown = envelope((await run(...small, "--json")).stdout);
  const message = `the database ${path} is full: what agents did since then is not in these numbers yet, and waits in 1 journal in ${path}.journals. \`cabinet tracker prune --before <date>\` makes room, or let it grow with --max-size`;
  const warnings = [{ code: "LMDB_STORE_FULL", message, path: `${path}.journals` }];
  expect(shown).toMatchObject({ ok: true, warnings });
  expect(await run(...noted, "--json")).toMatchObject({ code: 1 });

  const pruned = envelope(
    (await run("prune", "--before", "2026-02-01", ...small, "--json")).stdout,
  );
  expect(pruned).toMatchObject({ ok: true, warnings: [] });
  expect(await data("journal", BUILD)).toMatchObject({ activities: [{ task: "of a host" }] });
  expect(await run("journal", BUILD, "--task", "again", ...small)).toMatchObject({ code: 0 });
});
