import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { parse } from "jsonc-parser";
import { expect, test } from "vitest";

import { withFileLock } from "@x/atomic-fs";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { cabinet, startCabinet } from "./run-cabinet-here.ts";

const PROGRAM = fileURLToPath(new URL("programs/init-until-killed.ts", import.meta.url));
const OLD = '// mine\n{\n  "plugin": [\n    "a", // of a\n  ],\n}\n';
const NEW = OLD.replace("of a\n", 'of a\n    "@x/opencode-plugin",\n');
const NOTHING = { throwIfNoEntry: false } as const;
const LIMIT = { timeout: 60_000 };

/** With a configuration and an ignore file of the user. */
function folder(): string {
  const dir = temporaryFolder();
  mkdirSync(join(dir, ".ai"));
  writeFileSync(join(dir, ".ai/.gitignore"), "mine\n");
  writeFileSync(join(dir, "opencode.jsonc"), OLD);
  return dir;
}

const read = (dir: string, name: string): string => readFileSync(join(dir, name), "utf8");

function readIfThere(dir: string, name: string): string {
  return existsSync(join(dir, name)) ? read(dir, name) : "";
}

function assertSetUp(dir: string): void {
  expect(read(dir, "opencode.jsonc")).toBe(NEW);
  expect(parse(NEW)).toEqual({ plugin: ["a", "@x/opencode-plugin"] });
  for (const name of [".ai/.gitignore", ".planning/.gitignore"]) {
    const lines = read(dir, name).trimEnd().split("\n");
    expect([name, new Set(lines).size]).toEqual([name, lines.length]);
  }
  expect(read(dir, ".ai/.gitignore")).toMatch(/^mine\n#.*\n\/\.session-plans\.json\*\n/);
}

test("several at once end well, and each thing is added once", async () => {
  const dir = folder();
  const starts = Array.from({ length: 6 }, () => startCabinet(dir, ["init", "--json"]));
  const endings = await Promise.all(starts.map(endOf));
  expect(endings.map(({ code, stderr }) => [code, stderr])).toEqual(starts.map(() => [0, ""]));
  const states = endings.map(({ stdout }) => JSON.parse(stdout).data.plugin.state);
  expect(states.filter((state) => state === "added")).toHaveLength(1);
  assertSetUp(dir);
});

test("what somebody else writes while it waits for its turn is kept", async () => {
  const dir = folder();
  const path = join(dir, "opencode.jsonc");
  const ending = await withFileLock(path, async () => {
    const ended = endOf(startCabinet(dir, ["init"]));
    // Whoever is next in line has looked at the file already.
    const isNext = (): boolean => lstatSync(`${path}.lock.next`, NOTHING) !== undefined;
    const isOver = ended.then(({ stderr }) => expect.fail(`it did not wait: ${stderr}`));
    while (!isNext()) await Promise.race([wait(5), isOver]);
    writeFileSync(path, OLD.replace('"a"', '"a", "b"'));
    return { ended };
  });
  expect(await ending.ended).toMatchObject({ code: 0 });
  expect(read(dir, "opencode.jsonc")).toBe(NEW.replace('"a"', '"a", "b"'));
});

test("killed at any moment, it leaves whole files, and the next one completes", async () => {
  let kills = 0;
  for (;;) {
    const dir = folder();
    const options = { cwd: dir, env: { PATH: process.env["PATH"], HOME: dir }, ...LIMIT };
    const { signal } = await endOf(runTypeScript(PROGRAM, [`${kills + 1}`], options));
    if (signal === null) break;
    kills += 1;
    expect([OLD, NEW]).toContain(read(dir, "opencode.jsonc"));
    expect(read(dir, ".ai/.gitignore")).toMatch(/^mine\n(?:#.*\n(?:\/.*\n){3})?$/);
    expect(readIfThere(dir, ".planning/.gitignore")).toMatch(/^(?:#[^]*\*\.tmp\.\*\n)?$/);
    expect((await cabinet(dir, ["init"])).code).toBe(0);
    assertSetUp(dir);
    expect((await cabinet(dir, ["init"])).stdout).toBe(`Everything is set up already in ${dir}.\n`);
  }
  // Each of three files is written under a lock, synced and renamed.
  expect(kills).toBeGreaterThan(10);
});
