import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { endOf } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import manifest from "../package.json" with { type: "json" };
import { COMMANDS } from "../src/command-table.ts";
import { cabinet, startCabinet } from "./run-cabinet-here.ts";

test.each([
  [["plan"], 'There is no command "plan".'],
  [["plans", "--jsno"], "There is no option --jsno."],
  [["--jsno"], "There is no option --jsno."],
  [["plans", "--session"], "There is no option --session."],
  [["plans", "show", "--session"], "--session needs a value."],
  [
    ["plans", "show", "--session", "--quiet"],
    "--session needs a value, and --quiet looks like an option.",
  ],
  [["plans", "--verbose=yes"], "--verbose takes no value."],
  [["-x"], "There is no option -x: those with one dash are -q, -v, -h, -V."],
  [["plans", "-hx"], "There is no option -hx: those with one dash are -q, -v, -h, -V."],
  [["tracker", "bug", "-dash@x"], "There is no option -dash@x: those with one dash are -q"],
  [["tracker", "grade", "-hot@x", "abc"], "There is no option -hot@x: those with one dash are -q"],
  [
    ["tracker", "grade", "x", "abc", "--user-grade", "-1"],
    "--user-grade needs a value, and -1 looks like an option.",
  ],
  [["tracker", "grade", "x", "abc", "-1"], "There is no option -1: those with one dash are -q"],
  [["plans", "show", "-quick"], "There is no option -quick: those with one dash are -q"],
  [["plans", "--workspace-root="], "--workspace-root names no folder."],
  [["plans", "adopt", "x", "--session", " "], "--session is empty."],
  [["plans", "everything"], 'I do not know what to do with "everything".'],
  [["plans", "adopt"], "Something is missing: this command takes <plan> --session <id>."],
  [["plans", "adopt", "x"], "Whose plan is it? The session id is missing."],
  [["plans", "adopt", "x", "--session", "s", "--parent", ""], "--parent is empty."],
  [["plans", "show", "one", "two"], 'I do not know what to do with "two".'],
  [["plans", "show", "--session="], "--session is empty."],
  [["plans", "set-status"], "Something is missing: this command takes <status> --session <id>."],
  [["plans", "set-status", "done", "--session", "x"], '"done" is no status of a plan.'],
  [["plans", "set-status", "executed"], "Whose plan is it? The session id is missing."],
  [["help", "plan"], 'There is no command "plan".'],
  [["lease"], 'There is no command "lease".'],
  [["lease", "lits"], 'There is no command "lease lits".'],
  [["lease", "crash", "3"], "What went wrong? --reason <text> is missing."],
  [["lease", "crash", "3", "--reason", ""], "--reason is empty."],
  [["lease", "close", "3", "--epoch", "0"], '--epoch takes a whole number from 1, not "0".'],
  [["lease", "grant"], "Something is missing: this command takes <phase>."],
  [["lease", "grant", "3", "--ttl", "90"], '"90" has no unit.'],
  [
    ["lease", "grant", "3", "--holder-pid", "x"],
    '--holder-pid takes a whole number from 1, not "x".',
  ],
  [["lease", "grant", "3", "--write", "a", "--write", ""], "--write is empty."],
  [["lease", "conflicts", "src", ""], "A path or glob is empty."],
  [["lease", "conflicts", " "], "A path or glob is empty."],
  [["lease", "close", "3", "--epoch", "1", "--epoch", "2"], "--epoch is given twice."],
  [["lease", "grant", "3", "--ttl", "1d", "--write", "a", "--ttl=1d"], "--ttl is given twice."],
  [["plans", "--workspace-root", ".", "--workspace-root", "."], "--workspace-root is given twice."],
  [["plans", "show", "--session", "a", "--session", "a"], "--session is given twice."],
  [["--workspace-root", ".", "--workspace-root", "."], "--workspace-root is given twice."],
  [
    ["lease", "grant", "3", "--write", "../a"],
    '"../a" cannot be used: it leads out of the checkout.',
  ],
  [
    ["lease", "grant", "3", "--write", "a/../../b"],
    '"a/../../b" cannot be used: it leads out of the checkout.',
  ],
  [
    ["lease", "grant", "3", "--write", "*/../../b"],
    '"*/../../b" cannot be used: it leaves the repository',
  ],
  [
    ["lease", "grant", "3", "--write", "/etc"],
    '"/etc" cannot be used: it leads out of the checkout.',
  ],
  [
    ["lease", "run", "3"],
    "Something is missing: this command takes <phase> -- <command> [<args>...].",
  ],
  [["lease", "run", "3", "sh"], 'I do not know what to do with "sh".'],
  [
    ["lease", "run", "3", "--ttl", "5ms", "--", "sh"],
    "--ttl is too short: it takes 500ms or more.",
  ],
])("%j is not understood: exit 2 and one sentence, in JSON too", async (args, sentence) => {
  const dir = temporaryFolder();
  const plain = await cabinet(dir, args);
  expect(plain).toMatchObject({ code: 2, stdout: "" });
  expect(plain.stderr).toContain(`error: ${sentence.slice(0, -1)}`);
  const json = await cabinet(dir, ["--json", ...args]);
  expect(json).toMatchObject({ code: 2, stderr: "" });
  expect(JSON.parse(json.stdout)).toMatchObject({
    schemaVersion: 1,
    ok: false,
    error: { code: "CABINET_USAGE", message: expect.stringContaining(sentence.slice(0, -1)) },
    warnings: [],
  });
});

test.each([
  [["stat"], '"status"'],
  [["doctro", "--fix"], '"doctor"'],
  [["help", "plasn"], '"plans"'],
  [["lease", "lits"], '"lease list"'],
  [["tracker", "comit"], '"commits"'],
  [["plans", "shwo"], '"show"'],
  [["plans", "show", "--sesion", "x"], "--session"],
  [["plans", "-json"], "--json"],
])("after %j it is asked whether %s was meant, in JSON too", async (args, meant) => {
  const { code, stderr } = await cabinet(temporaryFolder(), args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(`\nDid you mean ${meant}? `)]);
  const json = await cabinet(temporaryFolder(), ["--json", ...args]);
  const { error } = JSON.parse(json.stdout);
  expect(error.hint).toContain(`Did you mean ${meant}? `);
});

test.each([
  ["frobnicate"],
  ["lease", "grant", "3", "lits"],
  ["lease", "frobnicate"],
  ["plans", "everything"],
  ["plans", "--frobnicate"],
])("nothing is guessed after %j %j %j %j", async (...args) => {
  const { code, stderr } = await cabinet(temporaryFolder(), args);
  expect(code).toBe(2);
  expect(stderr).not.toContain("Did you mean");
});

test("what says yes may be said twice, and a list has several items", async () => {
  const dir = temporaryFolder();
  const flags = ["-q", "--quiet", "--json", "--json", "-vv"];
  const writes = ["--write", "a", "--write", "b"];
  const { code, stdout } = await cabinet(dir, ["lease", "grant", "3", ...flags, ...writes]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ data: { lease: { write_set: ["a", "b"] } } });
});

test("the way to give a word that begins with a dash is named, also where its letters are some of options", async () => {
  const dir = temporaryFolder();
  const { stderr } = await cabinet(dir, ["plans", "show", "-qv-plan"]);
  expect(stderr).toContain("A word that begins with a dash goes behind --, as in `-- -x`;");
  const behind = await cabinet(dir, ["plans", "show", "--", "-qv-plan"]);
  expect(behind).toMatchObject({ code: 1, stderr: expect.stringContaining('"-qv-plan"') });
  const help = await cabinet(dir, ["plans", "show", "-hv"]);
  expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining("Usage: cabinet plans") });
});

test.each([["lease"], ["tracker"], ["run-state"], ["registry"], ["planning"]])(
  "the help of %s names the commands that begin with it",
  async (word) => {
    const dir = temporaryFolder();
    const { code, stdout } = await cabinet(dir, [word, "--help"]);
    expect(code).toBe(0);
    const behind = COMMANDS.filter(({ words }) => words[0] === word && words.length > 1);
    for (const { words, summary } of behind) {
      expect(stdout).toMatch(new RegExp(`^  ${words.join(" ")} +${summary.slice(0, 10)}`, "m"));
    }
    expect((await cabinet(dir, ["help", word])).stdout).toBe(stdout);
  },
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
  expect(word).toMatch(/registry-list, registry list +lease list/);
  expect(word).not.toMatch(/.{101}/);
});

test.each(COMMANDS.map(({ words }) => words))(
  "the help of %s %s has an example",
  async (...words) => {
    const { stdout } = await cabinet(temporaryFolder(), ["help", ...words.filter(Boolean)]);
    expect(stdout).toContain(`Usage: cabinet ${words.join(" ")} `);
    expect(stdout).toContain(`Example: cabinet ${words.join(" ")} `);
  },
);

test("the version is that of the package", async () => {
  const { stdout } = await cabinet(temporaryFolder(), ["--version"]);
  expect(stdout).toBe(`${manifest.version}\n`);
});

test("--verbose says which folder was chosen and by which rule, on stderr", async () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, ".ai"));
  const env = { CABINET_WORKSPACE_ROOT: "/nowhere" };
  const { stderr } = await cabinet(dir, ["plans", "--verbose"], env);
  expect(stderr).toContain(`plans are looked for in ${dir} (by marker)\n`);
});

test("a reader that stops listening is no failure", async () => {
  const child = startCabinet(temporaryFolder(), ["--help"]);
  child.stdout?.destroy();
  expect(await endOf(child)).toMatchObject({ code: 0, stderr: "" });
});

test.each([
  ["plans", "--workspace-root", "--json"],
  ["plans", "--json=yes"],
])("what is not understood is still answered in JSON: %j %j %j", async (...args) => {
  const { code, stdout } = await cabinet(temporaryFolder(), args);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "CABINET_USAGE" } });
});

test("without a terminal there are no colours, whatever the environment promises", async () => {
  const env = { CI: "1", FORCE_COLOR: "1" };
  const dir = temporaryFolder();
  const failed = await endOf(startCabinet(dir, ["plans", "--workspace-root", "x"], { env }));
  const listed = await endOf(startCabinet(dir, ["plans", "--verbose"], { env }));
  const printed = [failed.stderr, listed.stdout, listed.stderr].join("");
  expect(printed).toContain("error: There is no folder");
  expect(printed).not.toContain("\u001b");
});

test("an error that nobody can hear does not change the exit code", async () => {
  const child = startCabinet(temporaryFolder(), ["plans", "--verbose"]);
  child.stderr?.destroy();
  expect(await endOf(child)).toMatchObject({ code: 0 });
});

test.runIf(process.platform === "linux")(
  "a result that cannot be printed is a failure in one sentence",
  async () => {
    const full = openSync("/dev/full", "w");
    onTestFinished(() => closeSync(full));
    const child = startCabinet(temporaryFolder(), ["--help"], {
      stdio: ["ignore", full, "pipe"],
    });
    const { code, stderr } = await endOf(child);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: The result could not be printed: ENOSPC.*\n$/);
  },
);
