import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { findingOf } from "./doctored.ts";
import { cabinet } from "./run-cabinet-here.ts";
import { sampleCheckout, trackedCheckout, trackerOf } from "./tracked.ts";

/** Where the original tracker kept its database, in what it took for a home folder. */
function sourceIn(dir: string): string {
  return join(dir, "~/.config/opencode/agent-tracker.lmdb");
}

/** A checkout with such a database, which has so many agents, and so many entries that are no records. */
async function checkoutOfOriginal(agents: number, strays = 0) {
  const place = trackedCheckout();
  const source = sourceIn(place.dir);
  const program = fileURLToPath(new URL("programs/write-old-database.ts", import.meta.url));
  const args = [source, String(agents), String(strays)];
  const written = await endOf(runTypeScript(program, args));
  expect(written).toMatchObject({ code: 0, stderr: "" });
  return { ...place, source };
}

test("a database of the original tracker is migrated, with a bar on a terminal, and twice gives the same", async () => {
  const { source, ...place } = await checkoutOfOriginal(300);
  const drawn: string[] = [];
  const host = { drawLine: (line: string) => void drawn.push(line) };
  const migrate = ["tracker", "migrate", "--database", place.path];
  expect(await cabinet(place.dir, migrate, {}, host)).toEqual({
    code: 0,
    stdout: "Migrated 300 entries; 0 were there already.\n",
    stderr: "",
  });
  expect(drawn[0]).toMatch(/^migrated [█░]{20} \d+ % \(\d+ of 300\)$/);
  expect(drawn.at(-1)).toBe("");
  const { data } = trackerOf(place);
  expect(await data("migrate", "--from", ".")).toMatchObject({
    source,
    entriesMigrated: 0,
    entriesSkipped: 300,
    errors: [],
  });
  expect(await data("status", "old-7")).toMatchObject({ agent: { skill_points: 7 } });
});

test("what cannot be migrated is listed, and is a failure", async () => {
  const place = trackedCheckout();
  const { run, data } = trackerOf(place);
  const source = sourceIn(place.dir);
  const absent = await run("migrate");
  expect(absent).toMatchObject({
    code: 0,
    stdout: `Nothing has to be migrated: there is no ${source}\n`,
  });
  mkdirSync(dirname(source), { recursive: true });
  writeFileSync(source, "no database\u001b[31m".repeat(1000));
  const { code, stdout, stderr } = await run("migrate");
  expect(code).toBe(1);
  expect(stdout).toBe(
    `Migrated 0 entries; 0 were there already.\n${source} cannot be migrated: it is no LMDB database. It was left as it is.\n`,
  );
  expect(stderr).toContain("the source is as it was");
  expect(await data("migrate")).toMatchObject({ entriesMigrated: 0, errors: [expect.any(String)] });
});

test("old entries that are no records are warnings, and all others are migrated", async () => {
  const { source, ...place } = await checkoutOfOriginal(3, 7);
  const { run, data } = trackerOf(place);
  const { code, stdout, stderr } = await run("migrate");
  expect([code, stdout]).toEqual([0, "Migrated 3 entries; 0 were there already.\n"]);
  const warnings = stderr.trimEnd().split("\n");
  expect(warnings).toHaveLength(6);
  expect(warnings[0]).toBe(
    `warning: an entry of ${source} is no record, and was left out: "stray:1": it is no agent, no commit and no communication`,
  );
  expect(warnings[5]).toBe(`warning: 2 more entries are no record, 7 of ${source} in all`);
  expect(await data("migrate")).toMatchObject({ entriesSkipped: 3, no_records: 7, errors: [] });
});

test("a target that is full is said in words, and the exit code is that of a failure", async () => {
  const place = await checkoutOfOriginal(6000);
  const { run } = trackerOf(place);
  const { code, stdout, stderr } = await run("migrate", "--max-size", "1MiB");
  expect(code).toBe(1);
  expect(stdout).toContain(
    `The database ${place.path} is full, or has no room for so much at once`,
  );
  expect(stderr).toContain("`cabinet tracker prune --before <date>` makes room");
});

test("what to migrate from must be there, and a file that is no old database is a failure", async () => {
  const { dir, run } = await sampleCheckout();
  const { code, stdout, stderr } = await run("migrate", "--from", "nope");
  expect([code, stdout]).toEqual([1, ""]);
  const reason = "there is no such file or folder";
  expect(stderr).toContain(`error: ${join(dir, "nope")} cannot be read: ${reason}.\n`);
  writeFileSync(join(dir, "file"), "no database");
  expect(await run("migrate", "--from", "file")).toMatchObject({
    code: 1,
    stdout: expect.stringContaining(`${join(dir, "file")} cannot be migrated: `),
  });
});

test("an old database somewhere else is migrated by its path, and stays there", async () => {
  const { source, ...place } = await checkoutOfOriginal(3);
  const moved = join(place.dir, "old.lmdb");
  renameSync(source, moved);
  const { run, data } = trackerOf(place);
  const dry = await run("migrate", "--from", "old.lmdb", "--dry-run");
  expect([dry.code, dry.stdout]).toEqual([0, "Would migrate 3 entries; 0 are there already.\n"]);
  expect(existsSync(place.path)).toBe(false);
  const done = { source: moved, dryRun: false, keptAs: null, entriesMigrated: 3, errors: [] };
  expect(await data("migrate", "--from", "old.lmdb")).toMatchObject(done);
  expect(await data("migrate", "--from", "old.lmdb", "--dry-run")).toMatchObject({
    dryRun: true,
    entriesMigrated: 0,
    entriesSkipped: 3,
  });
  expect(existsSync(moved)).toBe(true);
});

test("an old database where ours is to be is refused and found by the doctor, and gives its place when it is migrated", async () => {
  const { source, ...place } = await checkoutOfOriginal(3);
  mkdirSync(dirname(place.path), { recursive: true });
  renameSync(source, place.path);
  const before = readFileSync(place.path);
  const { mtimeNs } = statSync(place.path, { bigint: true });
  const isUntouched = (): void => {
    expect(readFileSync(place.path).equals(before)).toBe(true);
    expect(statSync(place.path, { bigint: true }).mtimeNs).toBe(mtimeNs);
  };
  const { run, data } = trackerOf(place);
  const refused = await run();
  expect([refused.code, refused.stdout]).toEqual([1, ""]);
  expect(refused.stderr).toContain("looks like a database of the original tracker.");
  expect(refused.stderr).toContain("`cabinet tracker migrate` takes over what is in it");
  isUntouched();

  const sick = await findingOf(place, "database-foreign");
  expect(sick).toMatchObject({ severity: "error", path: place.path });
  expect(sick.command).toContain("cabinet tracker migrate --dry-run");
  isUntouched();

  const keptAs = `${place.path}.original`;
  const dry = await run("migrate", "--dry-run");
  expect([dry.code, dry.stdout]).toEqual([
    0,
    `Would migrate 3 entries; 0 are there already.\nThe old database would be kept as ${keptAs}\n`,
  ]);
  isUntouched();

  // To name it is to mean it, too.
  const { code, stdout, stderr } = await run("migrate", "--from", place.path);
  expect([code, stdout]).toEqual([
    0,
    `Migrated 3 entries; 0 were there already.\nThe old database is kept as ${keptAs}\n`,
  ]);
  expect(stderr).toContain("Take the original tracker out of the configuration of your client");
  expect(readFileSync(keptAs).equals(before)).toBe(true);
  expect(await data("status", "old-2")).toMatchObject({ agent: { skill_points: 2 } });
  expect(await data("migrate")).toMatchObject({ keptAs: null, entriesMigrated: 0 });
});

/** The same, with the old database where ours is to be. */
async function checkoutInTheWay(agents: number, strays = 0) {
  const { source, ...place } = await checkoutOfOriginal(agents, strays);
  mkdirSync(dirname(place.path), { recursive: true });
  renameSync(source, place.path);
  return place;
}

test("where the new database has no room for an old one, the first advice is to let it grow, also of a dry run", async () => {
  const place = await checkoutInTheWay(6000);
  const before = readFileSync(place.path);
  const { run } = trackerOf(place);
  for (const flags of [["--dry-run"], []]) {
    const { code, stdout, stderr } = await run("migrate", "--max-size", "1MiB", ...flags);
    expect([code, stdout]).toEqual([1, expect.stringContaining("is full")]);
    expect(stderr).toContain("Let the new one grow with --max-size, up to 2GiB");
    expect(stderr).not.toContain("prune");
    expect(stderr).toContain("Nothing was changed.");
  }
  expect(readFileSync(place.path).equals(before)).toBe(true);
});

test("what goes wrong when the old database was replaced does not hide where it is kept", async () => {
  const place = await checkoutInTheWay(2);
  mkdirSync(`${place.path}.agents.json`);
  const { run } = trackerOf(place);
  const { code, stdout, stderr } = await run("migrate");
  expect(code).toBe(1);
  expect(stdout).toContain("Migrated 2 entries");
  expect(stdout).toContain(`The old database is kept as ${place.path}.original\n`);
  expect(stdout).toContain("the copy of the agents for hosts could not be written");
  expect(stderr).not.toContain("Nothing was changed");
});

test("a dry run behind a link names the file that would be kept as it would be", async () => {
  const place = await checkoutInTheWay(2);
  const target = join(place.dir, "elsewhere.lmdb");
  renameSync(place.path, target);
  symlinkSync(target, place.path);
  const { data } = trackerOf(place);
  const keptAs = `${target}.original`;
  expect(await data("migrate", "--dry-run")).toMatchObject({ keptAs, entriesMigrated: 2 });
  expect(await data("migrate")).toMatchObject({ keptAs, entriesMigrated: 2 });
});
