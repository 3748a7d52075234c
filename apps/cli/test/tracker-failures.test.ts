import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { envelope } from "./assert-failure.ts";
import { diagnose } from "./doctored.ts";
import { cabinet } from "./run-cabinet-here.ts";
import { BUILD, PLAN, sampleCheckout, trackedCheckout, trackerOf } from "./tracked.ts";

test.each([
  [["grade", "x", "abc"], "How good is it? --agent-grade or --user-grade is missing."],
  [
    ["grade", "x", "abc", "--agent-grade", "3"],
    '--agent-grade takes -1 (bad), 1 (neutral), 2 (good), 5 (excellence), not "3".',
  ],
  [["grade", "x", "", "--agent-grade", "1"], "The hash of the commit is empty."],
  [["reinstate", "x"], "Why may it work again? --reason <text> is missing."],
  [["reinstate", "x", "--reason", " "], "--reason is empty."],
  [["journal", "x", "--outcome", "y"], "--outcome is part of an entry: --task is missing."],
  [["journal", "x", "--task", "y", "--limit", "1"], "--limit is for reading, --task for adding."],
  [["journal", "", "--task", "y"], "The id of the agent is empty."],
  [["journal", "x", "--limit", "0"], '--limit takes a whole number from 1, not "0".'],
  [["prune"], "What is old? --before is missing."],
  [
    ["prune", "--before", "2026-02-31"],
    '--before takes a date such as 2026-01-31 or 2026-01-31T18:00:00Z, not "2026-02-31".',
  ],
  [
    ["prune", "--before", "2026-01-31T18:00"],
    '--before takes a date such as 2026-01-31 or 2026-01-31T18:00:00Z, not "2026-01-31T18:00".',
  ],
  [["prune", "--before", "9999-01-01"], "--before is in the future."],
  [["--max-size", "much"], '"much" is no size: write bytes, or such as 64MiB or 1GiB.'],
  [["--database", " "], "--database is empty."],
  [["--database", ":memory:"], "A file is needed, not :memory:."],
  [["frobnicate"], 'I do not know what to do with "frobnicate".'],
])("tracker %j is not understood: exit 2 and one sentence, in JSON too", async (args, sentence) => {
  const { dir, path } = trackedCheckout();
  const env = { CABINET_TRACKER_DATABASE: path };
  const plain = await cabinet(dir, ["tracker", ...args], env);
  expect(plain).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringContaining(`error: ${sentence}\n`),
  });
  const json = await cabinet(dir, ["tracker", ...args, "--json"], env);
  expect(json).toMatchObject({ code: 2, stderr: "" });
  expect(envelope(json.stdout)).toMatchObject({
    error: { code: "CABINET_USAGE", message: sentence },
  });
});

test("an export to stdout is no JSON value, and is refused with --json", async () => {
  const { run } = await sampleCheckout();
  const { code, stdout } = await run("export", "--json");
  expect([code, envelope(stdout).error]).toMatchObject([2, { code: "CABINET_USAGE" }]);
});

test("a size that no database can have is a mistake of the command line", async () => {
  const { run } = await sampleCheckout();
  expect(await run("--max-size", "1GiB")).toMatchObject({ code: 0 });
  const { code, stdout } = await run("--max-size", "1KiB", "--json");
  expect([code, envelope(stdout).error]).toEqual([
    2,
    {
      code: "LMDB_STORE_SIZE_INVALID",
      message: "A database cannot have that maximum size.",
      hint: "Give 1MiB to 2GiB with --max-size or CABINET_TRACKER_MAX_SIZE.",
    },
  ]);
});

test("an agent that is not on record is answered with those that look like it, and is not made", async () => {
  const { run, data } = await sampleCheckout();
  const before = await data();
  const commands = [
    ["status"],
    ["bug"],
    ["journal"],
    ["retrospectives"],
    ["reinstate", "--reason", "x"],
    ["grade", "abc", "--agent-grade", "1"],
  ];
  for (const [word = "", ...rest] of commands) {
    expect(await run(word, "biuld@anthropic", ...rest)).toEqual({
      code: 1,
      stdout: "",
      stderr: `error: No agent "biuld@anthropic" is on record.\nClose to it: ${BUILD}. \`cabinet tracker\` lists all.\n`,
    });
  }
  expect(await run("status", "@")).toEqual({
    code: 1,
    stdout: "",
    stderr: `error: "@" may mean any of 2 agents: ${BUILD}, ${PLAN}.\nGive the whole id: ${BUILD}, ${PLAN}.\n`,
  });
  expect(await data()).toEqual(before);
});

test("what changes something takes the id or its beginning, never a part in the middle", async () => {
  const { run, data } = await sampleCheckout();
  const before = await data();
  const hint = `Who changes something gives the id or its beginning. Close to it: ${BUILD}. \`cabinet tracker\` lists all.`;
  const commands = [["bug"], ["reinstate", "--reason", "x"], ["grade", "abc", "--user-grade", "1"]];
  for (const [word = "", ...rest] of commands) {
    const { code, stdout } = await run(word, "sonnet", ...rest, "--json");
    expect([code, envelope(stdout).error]).toMatchObject([
      1,
      { code: "CABINET_AGENT_NOT_FOUND", message: 'No agent "sonnet" is on record.', hint },
    ]);
  }
  expect(await data()).toEqual(before);
  expect(await data("status", "sonnet")).toMatchObject({ agent: { id: BUILD } });
});

test("an entry is for the agent whose id begins so; else for a new one, which is listed and said to be new", async () => {
  const { run, data } = await sampleCheckout();
  const known = await run("journal", "build@anthropic", "--task", "x");
  expect(known).toEqual({
    code: 0,
    stdout: `Noted in the journal of ${BUILD}: x\n`,
    stderr: "",
  });
  const { stderr } = await run("journal", "sonnet", "--task", "x");
  expect(stderr).toBe(`sonnet is a new agent; close to it: ${BUILD}.\n`);
  expect(await data("journal", "zebra", "--task", "x")).toMatchObject({ is_new: true });
  expect(await data("journal", "zebra", "--task", "y")).toMatchObject({ is_new: false });
  expect(await data()).toMatchObject({
    agents: [{ id: BUILD }, { id: PLAN }, { id: "sonnet" }, { id: "zebra" }],
  });
  await run("journal", "build@other", "--task", "x");
  expect(await run("journal", "build", "--task", "x")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('"build" may mean any of 2 agents: '),
  });
});

test("a folder that is no checkout is refused with --workspace-root, as elsewhere", async () => {
  const { dir, run } = await sampleCheckout();
  const { code, stdout } = await run("--workspace-root", join(dir, "nope"), "--json");
  expect([code, envelope(stdout).error]).toMatchObject([1, { code: "WORKSPACE_NOT_FOUND" }]);
});

test("a database that is gone is a warning of every command, with what is left of it", async () => {
  const place = await sampleCheckout();
  rmSync(place.path);
  const gone = {
    code: "TRACKER_DATABASE_GONE",
    message: expect.stringMatching(
      /^the database <folder>\/records\/agents\.lmdb is gone; what its agents were is in <folder>\/records\/agents\.lmdb\.agents\.json; .*`cabinet tracker import <file>`\)$/,
    ),
    path: "<folder>/records/agents.lmdb",
  };
  for (const args of [[], ["compare"], ["prune", "--before", "2026-01-01"]]) {
    expect(await golden(place, ...args)).toMatchObject({ code: 0, answer: { warnings: [gone] } });
  }
  const { run } = trackerOf(place);
  expect((await run()).stderr).toMatch(/^warning: the database \S+ is gone; /);
  // A command that makes a new one has the copy kept under another name.
  const made = await golden(place, "journal", "x", "--task", "y");
  expect(made).toMatchObject({
    answer: {
      warnings: [
        {
          code: "TRACKER_DATABASE_GONE",
          message: expect.stringContaining("Bring the file back, or import an export"),
        },
      ],
    },
  });
  expect(await golden(place)).toMatchObject({ code: 0, answer: { warnings: [] } });
});

test("a database that is being made for the first time, or whose maker was killed, is not gone", async () => {
  const place = trackedCheckout();
  mkdirSync(dirname(place.path), { mode: 0o700 });
  // So it begins: nothing is known yet, and the file has no name.
  writeFileSync(`${place.path}.state`, " ".repeat(256), { mode: 0o600 });
  expect(await diagnose(place)).toMatchObject({ code: 0, findings: [] });
  const tracker = trackerOf(place);
  expect((await tracker.run()).stderr).toBe("");
  const { code, stderr } = await tracker.run("journal", "x", "--task", "y");
  expect([code, stderr]).toEqual([0, "x is a new agent.\n"]);
  rmSync(place.path);
  expect((await tracker.run()).stderr).toContain(" is gone; ");
  expect(await diagnose(place)).toMatchObject({ code: 1, findings: [{ id: "database-gone" }] });
});

/** The whole answer, without what is different each time. */
async function golden(place: { dir: string; path: string }, ...args: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await trackerOf(place).run(...args, "--json", "--quiet");
  expect(stderr).toBe("");
  const text = stdout.replaceAll(dirname(place.dir), "<folder>");
  return { code, answer: JSON.parse(text) };
}

test("the envelope without a database", async () => {
  const place = trackedCheckout();
  expect(await golden(place)).toEqual({
    code: 0,
    answer: {
      schemaVersion: 1,
      ok: true,
      data: { database: "<folder>/records/agents.lmdb", agents: [] },
      warnings: [],
    },
  });
  expect(await golden(place, "compare")).toEqual({
    code: 0,
    answer: {
      schemaVersion: 1,
      ok: true,
      data: { database: "<folder>/records/agents.lmdb", project: null, setups: [] },
      warnings: [],
    },
  });
});

test.each([["list"], ["bug"], ["export"], ["prune"]])(
  "the envelope of a damaged database: %s; the file stays as it is",
  async (command) => {
    const place = await sampleCheckout();
    // Its header is gone, as a file system leaves it after a power cut.
    const file = openSync(place.path, "r+");
    writeSync(file, Buffer.alloc(8192), 0, 8192, 0);
    closeSync(file);
    const bytes = readFileSync(place.path);
    const args: Readonly<Record<string, readonly string[]>> = {
      list: [],
      bug: ["bug", BUILD],
      export: ["export", "--out", "all.jsonl"],
      prune: ["prune", "--before", "2026-02-01"],
    };
    expect(await golden(place, ...(args[command] ?? []))).toEqual({
      code: 1,
      answer: {
        schemaVersion: 1,
        ok: false,
        error: {
          code: "LMDB_STORE_DAMAGED",
          message: expect.stringMatching(
            /^The database <folder>\/records\/agents\.lmdb is damaged: .*\. It was left as it is\.$/,
          ),
          hint: "Keep a copy of it; close whatever uses it, move it to another folder, and bring back a copy or an export (`cabinet tracker import <file>`).",
        },
        warnings: [],
      },
    });
    expect(readFileSync(place.path).equals(bytes)).toBe(true);
  },
);

test("a folder in the place of the database, and a file in that of its folder, are said in one sentence", async () => {
  const place = trackedCheckout();
  mkdirSync(place.path, { recursive: true });
  expect(await golden(place)).toMatchObject({
    code: 1,
    answer: { error: { code: expect.stringMatching(/^LMDB_STORE_/) } },
  });
  const other = trackedCheckout();
  writeFileSync(dirname(other.path), "a file");
  expect(await golden(other, "journal", "x", "--task", "y")).toMatchObject({
    code: 1,
    answer: { error: { code: "TRACKER_UNAVAILABLE" }, warnings: [] },
  });
});

test("a journal that cannot be read is a warning, and what else is on record is shown", async () => {
  const place = await sampleCheckout();
  const folder = `${place.path}.journals`;
  mkdirSync(join(folder, "abc-0123456789abcdef.1.jsonl"), { recursive: true });
  expect(await golden(place)).toMatchObject({
    code: 0,
    answer: {
      data: { agents: [{ id: BUILD }, { id: PLAN }] },
      warnings: [
        {
          code: "TRACKER_JOURNAL_UNREADABLE",
          message: expect.stringMatching(
            /; what it tells is not in these numbers yet\. Use a newer Cabinet here, or look at /,
          ),
          path: "<folder>/records/agents.lmdb.journals",
        },
      ],
    },
  });
});
