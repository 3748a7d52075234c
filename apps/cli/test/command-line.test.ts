import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { endOf } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import manifest from "../package.json" with { type: "json" };
import { cabinet, startCabinet } from "./run-cabinet-here.ts";

test.each([
  [["plan"], 'There is no command "plan".'],
  [["plans", "--jsno"], "Unknown option '--jsno'."],
  [["plans", "everything"], 'I do not know what to do with "everything".'],
  [["plans", "adopt"], "Something is missing: this command takes <plan> --session <id>."],
  [["plans", "adopt", "x"], "Whose plan is it? The session id is missing."],
  [["help", "plan"], 'There is no command "plan".'],
])(
  "%j is not understood: exit 2 and one sentence, in JSON too",
  async (args, sentence) => {
    const dir = temporaryFolder();
    const plain = await cabinet(dir, args);
    expect(plain).toMatchObject({ code: 2, stdout: "" });
    expect(plain.stderr).toMatch(`error: ${sentence}\n`);
    const json = await cabinet(dir, ["--json", ...args]);
    expect(json).toMatchObject({ code: 2, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({
      schemaVersion: 1,
      ok: false,
      error: { code: "CABINET_USAGE", message: sentence },
      warnings: [],
    });
  },
  30_000,
);

test("help is shown for all commands and for each, by flag and by word", async () => {
  const dir = temporaryFolder();
  const pages = await Promise.all(
    [[], ["--help"], ["help"], ["plans", "adopt", "--help"], ["help", "plans", "adopt"]].map(
      async (args) => cabinet(dir, args),
    ),
  );
  expect(pages.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
  const [bare, flag, word, commandFlag, commandWord] = pages.map(({ stdout }) => stdout);
  expect([bare, flag]).toEqual([word, word]);
  expect(word).toMatch(/plans adopt +File a plan/);
  expect(commandFlag).toBe(commandWord);
  expect(commandWord).toMatch(/Usage: cabinet plans adopt <plan> --session <id>/);
  expect(commandWord).toMatch(/Example: cabinet plans adopt /);
}, 30_000);

test("the version is that of the package", async () => {
  const { stdout } = await cabinet(temporaryFolder(), ["--version"]);
  expect(stdout).toBe(`${manifest.version}\n`);
}, 30_000);

test("--verbose says which folder was chosen and by which rule, on stderr", async () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, ".ai"));
  const { stderr } = await cabinet(dir, ["plans", "--verbose"], {
    env: { CABINET_WORKSPACE_ROOT: "/nowhere" },
  });
  expect(stderr).toContain(`plans are looked for in ${dir} (by marker)\n`);
}, 30_000);

test("a reader that stops listening is no failure", async () => {
  const child = startCabinet(temporaryFolder(), ["--help"]);
  child.stdout?.destroy();
  expect(await endOf(child)).toMatchObject({ code: 0, stderr: "" });
}, 30_000);
