import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import { expect, test } from "vitest";

import { ALL_CHECKS } from "../src/doctor/all-checks.ts";
import { Copies } from "../src/doctor/copies.ts";
import { lookAtAll } from "../src/doctor/look-at-all.ts";
import { mendAll } from "../src/doctor/mend-all.ts";
import { filesOf } from "./checkout.ts";
import { diagnose, findingOf, idsIn, type Patient, rethrow } from "./doctored.ts";
import { trackingHost } from "./killable-processes.ts";
import { placeOf } from "./messy-checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";
import { BUILD, sampleCheckout, trackedCheckout, trackerOf } from "./tracked.ts";

async function pointsOf(patient: Patient): Promise<unknown> {
  const { agents } = await trackerOf(patient).data();
  return agents;
}

const ONE_TOOL = [expect.objectContaining({ id: BUILD, experience_points: 1 })];

test("what a killed host has journaled is applied once, and the journal is among the copies", async () => {
  const sick = trackedCheckout();
  const { pid, kill } = await trackingHost(sick.path);
  expect(await diagnose(sick, "--fix")).toMatchObject({ code: 0, findings: [], fixed: [] });
  await kill();
  const folder = `${sick.path}.journals`;
  const [name = ""] = readdirSync(folder);
  expect(await findingOf(sick, "journal-waiting")).toMatchObject({
    severity: "note",
    path: join(folder, name),
    message: expect.stringContaining(`The host ${pid} `),
  });
  const journal = readFileSync(join(folder, name), "utf8");
  const { code, fixed, copies } = await diagnose(sick, "--fix");
  expect([code, fixed]).toMatchObject([0, [{ id: "journal-waiting", outcome: "done" }]]);
  const copy = join(copies[0] ?? "", "agents.lmdb.journals", name);
  expect([readFileSync(copy, "utf8"), statSync(copy).mode & 0o777]).toEqual([journal, 0o600]);
  expect(copies).toEqual([expect.stringContaining(`${sick.path}.doctor/`)]);
  expect(await diagnose(sick, "--fix")).toMatchObject({ code: 0, fixed: [], findings: [] });
  expect(await pointsOf(sick)).toEqual(ONE_TOOL);
});

test("of several killed hosts one fix applies all, and the journal of one that lives stays", async () => {
  const sick = trackedCheckout();
  const hosts = [
    await trackingHost(sick.path),
    await trackingHost(sick.path),
    await trackingHost(sick.path),
  ];
  await hosts[0]?.kill();
  await hosts[1]?.kill();
  expect(await idsIn(sick)).toEqual(["journal-waiting", "journal-waiting"]);
  const { fixed } = await diagnose(sick, "--fix");
  expect(fixed.map(({ outcome }) => outcome)).toEqual(["done", "left"]);
  expect(readdirSync(`${sick.path}.journals`)).toHaveLength(1);
});

/** While the first is copied, somebody else applies all others. */
class RacedCopies extends Copies {
  override keep(path: string): void {
    super.keep(path);
    for (const name of readdirSync(dirname(path))) {
      if (name !== basename(path)) rmSync(join(dirname(path), name));
    }
  }
}

test("a journal that somebody else applies while they are copied is no failure", async () => {
  const sick = trackedCheckout();
  const hosts = [await trackingHost(sick.path), await trackingHost(sick.path)];
  for (const { kill } of hosts) await kill();
  const place = { ...placeOf(sick.dir), database: sick.path };
  const { found } = await lookAtAll(ALL_CHECKS, place, rethrow);
  const fixed = await mendAll(found, new RacedCopies(place), rethrow);
  expect(fixed.map(({ id, outcome }) => [id, outcome])).toEqual([
    ["journal-waiting", "done"],
    ["journal-waiting", "left"],
  ]);
});

test("a damaged journal is told; what can be read of it is applied, and it is set aside", async () => {
  const sick = trackedCheckout();
  const { kill } = await trackingHost(sick.path);
  await kill();
  const folder = `${sick.path}.journals`;
  const [name = ""] = readdirSync(folder);
  appendFileSync(join(folder, name), "00000000 damaged\n");
  expect(await findingOf(sick, "journal-damaged")).toMatchObject({
    severity: "warning",
    path: join(folder, name),
    message: expect.stringContaining("1 line of the journal cannot be read"),
  });
  const { code, findings } = await diagnose(sick, "--fix");
  expect([code, findings.map(({ id }) => id)]).toEqual([0, ["file-set-aside"]]);
  expect(await pointsOf(sick)).toEqual(ONE_TOOL);
});

test("a journal that cannot be read at all is left as it is", async () => {
  const sick = trackedCheckout();
  mkdirSync(`${sick.path}.journals/abc-def.1.jsonl`, { recursive: true, mode: 0o700 });
  chmodSync(`${sick.path}.journals`, 0o700);
  expect(await findingOf(sick, "journal-damaged")).toMatchObject({
    message: expect.stringContaining("it is no file"),
    fix: null,
  });
});

test("a database that is gone is an error, and no journal makes a new one in its place", async () => {
  const sick = await sampleCheckout();
  const { kill } = await trackingHost(sick.path);
  await kill();
  renameSync(sick.path, join(dirname(sick.path), "elsewhere"));
  expect(await findingOf(sick, "database-gone")).toMatchObject({
    severity: "error",
    path: sick.path,
    message: expect.stringContaining(`${sick.path}.state`),
    fix: null,
  });
  const { code, fixed } = await diagnose(sick, "--fix");
  expect([code, fixed]).toMatchObject([1, [{ outcome: "left" }]]);
  expect(existsSync(sick.path)).toBe(false);
  renameSync(join(dirname(sick.path), "elsewhere"), sick.path);
  expect(await diagnose(sick, "--fix")).toMatchObject({ code: 0, fixed: [{ outcome: "done" }] });
});

/** Overwrites bytes in the middle of a file. */
function spoil(path: string, position: number): void {
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(64, 0xa5), 0, 64, position);
  closeSync(file);
}

test("a damaged database is an error that names its newest backup, and is left as it is", async () => {
  const sick = await sampleCheckout();
  expect(await diagnose(sick)).toMatchObject({ code: 0, findings: [] });
  const { LMDBDatabase } = await import("@x/tracker/lmdb");
  const database = new LMDBDatabase(sick.path);
  const backup = join(sick.dir, "agents.backup");
  await database.backupTo(backup);
  await database.close();
  spoil(sick.path, readFileSync(sick.path).indexOf("the login"));
  const before = readFileSync(sick.path);
  const finding = await findingOf(sick, "database-damaged");
  expect(finding).toMatchObject({ severity: "error", path: sick.path, fix: null });
  expect(finding.advice).toContain(backup);
  await diagnose(sick, "--fix");
  expect(readFileSync(sick.path)).toEqual(before);
});

test("a file that is no database of ours is told, and left alone", async () => {
  const sick = trackedCheckout();
  mkdirSync(dirname(sick.path));
  writeFileSync(sick.path, "notes ".repeat(5000), { mode: 0o600 });
  expect(await findingOf(sick, "database-foreign")).toMatchObject({ severity: "error", fix: null });
  expect(await diagnose(sick, "--fix")).toMatchObject({ code: 1, fixed: [] });
  expect(readFileSync(sick.path, "utf8")).toBe("notes ".repeat(5000));
});

test("a database that is nearly full by its cap is a warning", async () => {
  const sick = await sampleCheckout();
  const texts = Array.from({ length: 12 }, (_, number) => `${number}`.repeat(80_000));
  for (const [number, text] of texts.entries()) {
    const args = ["journal", BUILD, "--task", `task ${number}`, "--outcome", text];
    await sick.run(...args, "--max-size", "1MiB");
  }
  const args = ["doctor", "--database", sick.path, "--json", "--max-size"];
  const small = await cabinet(sick.dir, [...args, "1MiB"]);
  const { findings } = JSON.parse(small.stdout).data;
  expect([small.code, findings]).toEqual([
    1,
    [expect.objectContaining({ id: "database-nearly-full", severity: "warning", fix: null })],
  ]);
  expect(findings[0].message).toMatch(/^9\d % of the room .* of 1 MiB:/);
  expect(await cabinet(sick.dir, [...args, "64MiB"])).toMatchObject({ code: 0 });
});

test("files that others may read get the modes that were promised; nothing is told of other files", async () => {
  const sick = await sampleCheckout();
  const { kill } = await trackingHost(sick.path);
  const folder = `${sick.path}.journals`;
  chmodSync(sick.path, 0o644);
  chmodSync(folder, 0o755);
  writeFileSync(join(dirname(sick.path), "opencode.json"), "{}", { mode: 0o644 });
  const { code, findings } = await diagnose(sick);
  expect([code, findings.map(({ id, path }) => [id, path])]).toEqual([
    1,
    [
      ["exposed-file", sick.path],
      ["exposed-file", folder],
    ],
  ]);
  expect(findings[0]?.message).toContain("its mode is 0644");
  expect(await diagnose(sick, "--fix")).toMatchObject({ code: 0, findings: [] });
  expect(statSync(sick.path).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  await kill();
});

test("a look at a database changes nothing, behind a link too, and makes no file", async () => {
  const sick = await sampleCheckout();
  const link = join(sick.dir, "link.lmdb");
  symlinkSync(sick.path, link);
  chmodSync(sick.path, 0o640);
  const folder = dirname(sick.path);
  const files = filesOf(folder);
  expect(await findingOf({ dir: sick.dir, path: link }, "exposed-file")).toMatchObject({
    path: sick.path,
  });
  expect(filesOf(folder)).toEqual(files);
});
