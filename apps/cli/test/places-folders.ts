import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { readEnvelope } from "./golden/envelope.ts";
import { preparedPlace } from "./golden/prepared-place.ts";
import { KIND } from "./golden/texts.ts";
import { git } from "./lease-checkout.ts";
import {
  answersHere,
  answersOf,
  codesOf,
  dataOf,
  inPlace,
  leasesOf,
  LOOKS,
  WRITES,
} from "./places-answers.ts";
import { type Program, runInShell } from "./places-program.ts";

/** One for each place that is written. */
const SOME_WRITES = WRITES.filter(([word = ""]) => ["lease", "plans", "init"].includes(word));

/** That commands work in whatever folder they are called. */
export function testFolders({ words }: Program): void {
  test("from a subfolder the answers are those of the top", async () => {
    const { dir, env } = await preparedPlace(KIND);
    const deep = join(dir, "src/deep");
    mkdirSync(deep);
    expect(await answersOf(words, deep, env)).toEqual(await answersHere(dir, env));
  });

  test("a linked worktree has plans and specs of its own, and the leases of all", async () => {
    const { dir, env, folder } = await preparedPlace(KIND);
    const linked = join(folder, "linked");
    addWorktree(dir, linked);
    const there = await answersOf(words, linked, env);
    const here = await answersHere(dir, env);
    expect(there["tracker"]).toEqual(here["tracker"]);
    expect(there["lease list"]?.envelope).toMatchObject({
      data: { root: { path: dir }, leases: leasesOf(here) },
    });
    expect(dataOf(there, "plans")).toMatchObject({ root: { path: linked }, plans: [] });
    expect(dataOf(there, "planning status")).toMatchObject({
      root: { path: linked },
      active: null,
    });
    expect(dataOf(there, "closeout-report --phase 1")).toMatchObject({ status: "blocked" });
    const grant = ["lease", "grant", "5"];
    expect(dataOf(await answersOf(words, linked, env, [grant]), "lease grant 5")).toMatchObject({
      root: { path: dir },
      lease: { worktree_path: linked, branch_name: "feature" },
    });
  });

  test("a folder without git has its own", async () => {
    const { dir, env } = await preparedPlace(KIND);
    const inGit = await answersHere(dir, env);
    rmSync(join(dir, ".git"), { recursive: true });
    expect(await answersOf(words, dir, env)).toEqual(inGit);
    const written = await answersOf(words, dir, env, SOME_WRITES);
    expect(codesOf(written)).toEqual(SOME_WRITES.map(() => 0));
  });

  test.each([
    ["what a shell would take, and what looks like an option", "--json 'own' \"shop\" $HOME; <b>"],
    [
      "letters of many languages, some of several parts",
      `Zürich 日本語 ${"café".normalize("NFD")} 👨‍👩‍👧`,
    ],
  ])("a path of %s is one like any other", async (_, name) => {
    const usual = await preparedPlace(KIND);
    const place = await preparedPlace(KIND, name);
    const { dir, env } = place;
    expect(inPlace(await answersOf(words, dir, env), place)).toEqual(
      inPlace(await answersHere(usual.dir, usual.env), usual),
    );
    const written = await answersOf(words, dir, env, SOME_WRITES);
    expect(codesOf(written)).toEqual(SOME_WRITES.map(() => 0));
    expect(dataOf(written, "lease grant 5")).toMatchObject({ lease: { worktree_path: dir } });
  });

  test("in a folder that was removed it is said so; what needs no folder works", async () => {
    const { dir, env } = await preparedPlace(KIND);
    const line = 'mkdir "../gone-$$" && cd "../gone-$$" && rmdir "../gone-$$" && exec "$@"';
    const run = (...command: string[]) =>
      runInShell(line, [...words, ...command], { cwd: dir, env });
    const commands = [...LOOKS, ["lease", "grant", "5"]];
    const ends = await Promise.all(
      commands.map(async (command) => {
        const { code, stdout } = await run(...command, "--json");
        return [command.join(" "), code, readEnvelope(stdout).error?.code];
      }),
    );
    expect(ends).toEqual(
      commands.map((command) =>
        command[0] === "tracker"
          ? [command.join(" "), 0, undefined]
          : [command.join(" "), 1, "CABINET_CWD_MISSING"],
      ),
    );
    const { code, stdout } = await run("plans", "--workspace-root", dir);
    expect([code, stdout]).toEqual([0, expect.stringContaining("login-retry")]);
  });
}

function addWorktree(dir: string, linked: string): void {
  rmSync(join(dir, ".git"), { recursive: true });
  git(dir, "init", "--quiet");
  git(dir, "add", "src", "specs", ".planning/ROADMAP.md");
  git(dir, "commit", "--quiet", "-m", "first");
  git(dir, "worktree", "add", "--quiet", "-b", "feature", linked);
}
