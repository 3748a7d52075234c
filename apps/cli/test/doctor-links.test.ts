import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { grantLease } from "@x/registry-core/leases";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { Copies } from "../src/doctor/copies.ts";
import { hideFolder } from "../src/doctor/hide-folder.ts";
import { lookAtAll } from "../src/doctor/look-at-all.ts";
import { mendAll } from "../src/doctor/mend-all.ts";
import { QUICK_CHECKS } from "../src/doctor/quick-checks.ts";
import { checkout, filesOf } from "./checkout.ts";
import { diagnose, findingOf, idsIn, type Patient, patientIn, rethrow } from "./doctored.ts";
import { worktrees } from "./lease-checkout.ts";
import { placeOf } from "./messy-checkout.ts";
import { sampleCheckout } from "./tracked.ts";

test("an ignore file that is a link to nothing is left, and nothing is written through it", async () => {
  const { main } = worktrees(false);
  const sick = { dir: main, path: join(main, "../agents.lmdb") };
  grantLease(main, { phase_id: "1" });
  const ignore = join(main, ".planning/.local/.gitignore");
  const elsewhere = join(temporaryFolder(), "ignore");
  unlinkSync(ignore);
  symlinkSync(elsewhere, ignore);
  expect(await findingOf(sick, "local-not-ignored")).toMatchObject({ fix: null });
  await diagnose(sick, "--fix");
  expect(existsSync(elsewhere)).toBe(false);
});

test("a folder is hidden from git where nothing is said yet, and what somebody writes meanwhile stays", () => {
  const dir = temporaryFolder();
  const ignore = join(dir, ".gitignore");
  expect([hideFolder(dir), readFileSync(ignore, "utf8")]).toEqual([true, "*\n"]);
  writeFileSync(ignore, "mine\n");
  expect([hideFolder(dir), readFileSync(ignore, "utf8")]).toEqual([false, "mine\n"]);
  // What is left where it was killed before it wrote.
  writeFileSync(ignore, "");
  expect([hideFolder(dir), readFileSync(ignore, "utf8")]).toEqual([true, "*\n"]);
  unlinkSync(ignore);
  symlinkSync("other", ignore);
  expect([hideFolder(dir), readdirSync(dir)]).toEqual([false, [".gitignore"]]);
});

test("a note of the active spec that is a link out of the checkout is not locked, and not moved", async () => {
  const sick = patientIn(checkout());
  const elsewhere = temporaryFolder();
  writeFileSync(join(elsewhere, "f"), "gone\n");
  mkdirSync(join(sick.dir, ".planning"));
  symlinkSync(join(elsewhere, "f"), join(sick.dir, ".planning/.active"));
  expect(await findingOf(sick, "could-not-look")).toMatchObject({
    path: join(sick.dir, ".planning/.active"),
    fix: null,
  });
  expect(await diagnose(sick, "--fix")).toMatchObject({ code: 1, fixed: [] });
  expect(readdirSync(elsewhere)).toEqual(["f"]);
});

test.each([".", "../src", "nowhere"])(
  "where the folder of the copies is a link to %s, nothing is moved, and git ignores nothing more",
  async (to) => {
    const sick = patientIn(checkout());
    writeFileSync(join(sick.dir, ".ai/x.json.tmp.99999999.1.abcd1234"), "half");
    symlinkSync(to, join(sick.dir, ".ai/.doctor"));
    const files = filesOf(sick.dir);
    expect(await diagnose(sick, "--fix")).toMatchObject({
      code: 1,
      fixed: [{ outcome: "failed", reason: expect.stringContaining(".doctor is a link") }],
      copies: [],
    });
    expect(filesOf(sick.dir)).toEqual(files);
  },
);

test("a worktree that shares .planning with the main one has its copies there", async () => {
  const { main, linked } = worktrees(true);
  mkdirSync(join(main, ".planning"), { recursive: true });
  rmSync(join(linked, ".planning"), { recursive: true });
  symlinkSync(join(main, ".planning"), join(linked, ".planning"));
  writeFileSync(join(main, ".planning/x.json.tmp.99999999.1.abcd1234"), "half");
  const { fixed, copies } = await diagnose(patientIn(linked), "--fix");
  expect(fixed).toMatchObject([{ outcome: "done" }]);
  expect(copies).toEqual([expect.stringContaining(join(main, ".planning/.local/doctor/"))]);
});

test("a copy that cannot be made leaves no empty folder that is named as one of copies", async () => {
  const dir = checkout();
  const copies = new Copies(placeOf(dir));
  expect(() => copies.keep(join(dir, ".ai/deep/er/gone.md"))).toThrow("ENOENT");
  expect(copies.folders).toEqual([]);
  expect(readdirSync(join(dir, ".ai/.doctor"))).toEqual([".gitignore"]);
  copies.keep(join(dir, ".ai/plan-demo.md"));
  expect(copies.folders).toHaveLength(1);
});

/** What becomes of the exposed files where something happens between the look and the fix. */
async function closeAfter({ dir, path }: Patient, happens: () => void): Promise<unknown> {
  const place = { ...placeOf(dir), database: path };
  const { found } = await lookAtAll(QUICK_CHECKS, place, rethrow);
  happens();
  const exposed = found.filter(({ id }) => id === "exposed-file");
  return mendAll(exposed, new Copies(place), rethrow);
}

test("a file that was exposed and is a link by now, or lies behind one, is left", async () => {
  const sick = await sampleCheckout();
  const theirs = join(temporaryFolder(), "a-b.1.jsonl");
  writeFileSync(theirs, "mine", { mode: 0o644 });
  chmodSync(sick.path, 0o644);
  const journals = `${sick.path}.journals`;
  mkdirSync(journals, { recursive: true });
  chmodSync(journals, 0o700);
  writeFileSync(join(journals, "a-b.1.jsonl"), "", { mode: 0o644 });
  const outcome = await closeAfter(sick, () => {
    renameSync(sick.path, `${sick.path}-moved`);
    symlinkSync(theirs, sick.path);
    renameSync(journals, join(sick.dir, "moved"));
    symlinkSync(dirname(theirs), journals);
  });
  expect(outcome).toMatchObject([{ outcome: "left" }, { outcome: "left" }]);
  expect(statSync(theirs).mode & 0o777).toBe(0o644);
});

test("files that are none of Cabinet's keep their modes, whatever is named as the database", async () => {
  const dir = checkout();
  const site = join(dir, "site");
  mkdirSync(join(site, "web"), { recursive: true, mode: 0o755 });
  mkdirSync(join(site, "data.db.journals"), { mode: 0o755 });
  for (const name of ["data.db", "data.db.state", "data.db.journals/notes.txt"]) {
    writeFileSync(join(site, name), "text ".repeat(2000), { mode: 0o644 });
  }
  for (const name of ["data.db", "web"]) {
    const sick = { dir, path: join(site, name) };
    expect(await idsIn(sick)).not.toContain("exposed-file");
    expect(await diagnose(sick, "--fix")).toMatchObject({ fixed: [] });
  }
  const modes = readdirSync(site).map((name) => lstatSync(join(site, name)).mode & 0o777);
  expect(new Set(modes)).toEqual(new Set([0o644, 0o755]));
});
