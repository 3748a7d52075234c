import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { openRunState, readExecutor } from "@x/planning/run-state";

import { endOf } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { assertFailure, envelope } from "./assert-failure.ts";
import { cabinetWords } from "./cabinet-words.ts";
import { eventually } from "./lease-run-process.ts";
import { cabinet, startCabinet } from "./run-cabinet-here.ts";

/** A folder in which there may be a run. */
function runFolder(): { dir: string; folder: string } {
  const dir = temporaryFolder();
  return { dir, folder: join(dir, "run") };
}

const here = (word: string, ...args: string[]): string[] => [
  "run-state",
  word,
  "--folder",
  "run",
  ...args,
];

const nested = (...args: string[]): string[] => [...cabinetWords(), ...args];

test("the exit code of the command is passed on, and the run is free afterwards", async () => {
  const { dir, folder } = runFolder();
  const line = ["--executor", "claude-1", "--", "sh", "-c", "echo out; echo err >&2; exit 7"];
  const ending = await endOf(startCabinet(dir, here("run", ...line)));
  expect(ending).toEqual({
    code: 7,
    signal: null,
    stdout: "out\n",
    stderr: `Holding the run in ${folder} as "claude-1".\nerr\n`,
  });
  expect(existsSync(join(folder, "executor.json"))).toBe(false);
  expect(existsSync(join(folder, "executor.lock"))).toBe(false);
});

test("with --json stdout holds one value", async () => {
  const { dir, folder } = runFolder();
  const line = ["--json", "--quiet", "--", "sh", "-c", "echo out; kill -KILL $$"];
  const { code, stdout, stderr } = await endOf(startCabinet(dir, here("run", ...line)));
  expect({ code, stderr }).toEqual({ code: 137, stderr: "out\n" });
  expect(envelope(stdout)).toMatchObject({
    ok: true,
    data: {
      spec: null,
      folder,
      executor: "cabinet run-state run",
      exitCode: null,
      signal: "SIGKILL",
    },
  });
});

test("the command's own commands change the run in its name, all others are refused with it", async () => {
  const { dir } = runFolder();
  const script = '"$@"; touch noted; until [ -e go ]; do sleep 0.05; done';
  const line = ["--executor", "claude-1", "--", "sh", "-c", script, "sh"];
  const child = startCabinet(
    dir,
    here("run", ...line, ...nested("run-state", "issue", "from inside")),
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  const ending = endOf(child);
  await eventually(() => expect(existsSync(join(dir, "noted"))).toBe(true));
  expect(readFileSync(join(dir, "run/ISSUES.md"), "utf8")).toMatch(/^## ISS-1: from inside$/m);
  const claim: { started_at: string; host: string } = JSON.parse(
    readFileSync(join(dir, "run/executor.json"), "utf8"),
  );
  const failure = {
    args: here("issue", "from outside"),
    code: "PLANNING_RUN_HELD",
    sentence: () =>
      `Another executor is at work in ${dir}/run: the run is held by "claude-1" (process ${child.pid} on ${claim.host}) since ${claim.started_at}.`,
  };
  await assertFailure(dir, failure, cabinet);
  const looked = await cabinet(dir, here("resume"));
  expect(looked.code).toBe(0);
  writeFileSync(join(dir, "go"), "");
  expect(await ending).toMatchObject({ code: 0, stdout: "Noted ISS-1: from inside\n" });
  expect(await cabinet(dir, here("issue", "afterwards"))).toMatchObject({ code: 0 });
});

/** As `run-state run` tells its command. */
const around = (...runs: readonly { folder: string; token: string; spec?: string }[]) => ({
  CABINET_RUN_STATE: runs.at(-1)?.folder ?? "",
  CABINET_RUNS: JSON.stringify(runs.map((run) => ({ spec: null, ...run }))),
});

test.each([
  [["issue", "late"]],
  [["open"]],
  [["summary", "01"]],
  [["write", "--field", "a=b"]],
  [["reinitialize", "--force"]],
  [["run", "--", "touch", "ran"]],
])("what is left of an executor that is gone cannot %j", async (args) => {
  const { dir, folder } = runFolder();
  const run = await openRunState(folder, { executor: "one" });
  const env = around({ folder, token: run.token });
  expect(await cabinet(dir, ["run-state", "issue", "in time"], env)).toMatchObject({ code: 0 });
  await run.close();
  const failure = {
    args: ["run-state", ...args],
    code: "PLANNING_RUN_LOST",
    sentence: () =>
      `The run in ${folder} was not changed: the run is not that of this executor any more: nobody has it now.`,
  };
  // What stands behind `--` is the other command's.
  const asJson = (given: readonly string[]): string[] =>
    given.includes("--json")
      ? ["--json", ...given.filter((word) => word !== "--json")]
      : [...given];
  await assertFailure(dir, failure, (cwd, given) => cabinet(cwd, asJson(given), env));
});

test("inside a run it is built anew in the name of its executor", async () => {
  const { dir, folder } = runFolder();
  const run = await openRunState(folder, { executor: "outer" });
  onTestFinished(() => run.close());
  const env = around({ folder, token: run.token });
  writeFileSync(join(folder, "agent-history.json"), "{");
  const built = await cabinet(dir, ["run-state", "reinitialize"], env);
  expect(built).toMatchObject({
    code: 0,
    stdout: "The agent history was built anew from 0 summaries.\n",
  });
  const failure = {
    args: ["run-state", "reinitialize"],
    code: "PLANNING_RUN_SOUND",
    sentence: () =>
      `The run in ${folder} was left as it is: its agent history and its checkpoint are sound: there is nothing to rebuild.`,
  };
  await assertFailure(dir, failure, (cwd, given) => cabinet(cwd, given, env));
  expect(await readExecutor(folder)).toMatchObject({ executor: "outer" });
});

test("a run that is not that of the executor around is a run of its own", async () => {
  const { dir } = runFolder();
  const env = around({ folder: join(dir, "elsewhere"), token: "gone" });
  expect(await cabinet(dir, here("issue", "by itself"), env)).toMatchObject({ code: 0 });
});

test("a list of runs that was changed on its way is not understood", async () => {
  const { dir, folder } = runFolder();
  const env = { CABINET_RUN_STATE: folder, CABINET_RUNS: '[{"folder": 1}]' };
  const { code, stderr } = await cabinet(dir, ["run-state", "issue", "x"], env);
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("CABINET_RUNS is no list of runs"),
  });
});

test("inside a run the command of the same run works in the name of the outer one", async () => {
  const { dir, folder } = runFolder();
  const run = await openRunState(folder, { executor: "outer" });
  onTestFinished(() => run.close());
  const env = around({ folder, token: run.token, spec: "login" });
  const line = ["run-state", "run", "--json", "--executor", "inner", "--"];
  const inner = nested("run-state", "issue", "from inside", "--quiet");
  const ending = await endOf(startCabinet(dir, [...line, ...inner], { env }));
  expect(ending).toMatchObject({ code: 0 });
  expect(ending.stderr).toMatch(/^Working on the run in .* for "outer"\.\nNoted ISS-1/);
  expect(envelope(ending.stdout)).toMatchObject({
    data: { spec: "login", folder, executor: "outer", exitCode: 0 },
  });
  expect(await readExecutor(folder)).toMatchObject({ executor: "outer" });
});

test("inside the run of another folder the outer one is not lost", async () => {
  const { dir, folder } = runFolder();
  const issue = (title: string, ...args: string[]): string =>
    nested("run-state", "issue", title, ...args)
      .map((word) => `'${word}'`)
      .join(" ");
  const script = [issue("inner"), issue("outer", "--folder", "run")].join(" && ");
  const inner = nested("run-state", "run", "--folder", "other", "--", "sh", "-c", script);
  const ending = await endOf(startCabinet(dir, here("run", "--quiet", "--", ...inner)));
  expect(ending).toMatchObject({ code: 0, stdout: "Noted ISS-1: inner\nNoted ISS-1: outer\n" });
  expect(readFileSync(join(folder, "ISSUES.md"), "utf8")).toMatch(/^## ISS-1: outer$/m);
  expect(readFileSync(join(dir, "other/ISSUES.md"), "utf8")).toMatch(/^## ISS-1: inner$/m);
});

test.each([
  ["true", 1],
  ["exit 7", 7],
])("a run whose claim is taken away while %j runs is lost: exit code %i", async (script, code) => {
  const { dir, folder } = runFolder();
  const line = ["--quiet", "--", "sh", "-c", `rm run/executor.json; ${script}`];
  const ending = await endOf(startCabinet(dir, here("run", ...line)));
  expect(ending).toMatchObject({ code, stdout: "" });
  expect(ending.stderr).toMatch(/^error: The run in .* was not changed: .* nobody has it now\.\n/);
  expect(existsSync(join(folder, "executor.lock"))).toBe(false);
});

test("a run that somebody has is not run", async () => {
  const { dir, folder } = runFolder();
  const run = await openRunState(folder, { executor: "one" });
  onTestFinished(() => run.close());
  const { code, stderr } = await cabinet(dir, here("run", "--", "touch", join(dir, "ran")));
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: Another executor is at work in .*: the run is held by "one" \(process/,
  );
  expect(existsSync(join(dir, "ran"))).toBe(false);
});

test("a command that has the run is called one", async () => {
  const { dir, folder } = runFolder();
  const run = await openRunState(folder, { executor: "cabinet" });
  onTestFinished(() => run.close());
  const { code, stderr } = await cabinet(dir, here("run", "--", "true"));
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: Another command is at work in .*: the run is held by "cabinet" \(process .*\nRun this one again/,
  );
});

test.each([
  ["./missing", 127, 'There is no command "./missing" to run.'],
  ["./folder", 126, 'The command "./folder" could not be started: spawn ./folder EACCES.'],
])("%s cannot be started: exit code %i, and the run is free", async (command, code, sentence) => {
  const { dir, folder } = runFolder();
  mkdirSync(join(dir, "folder"));
  const ending = await cabinet(dir, here("run", "--", command));
  expect(ending).toMatchObject({ code, stdout: "" });
  expect(ending.stderr).toContain(`error: ${sentence}\n`);
  expect(existsSync(join(folder, "executor.json"))).toBe(false);
});

test("SIGTERM is passed on to the command, and the run is free when it has ended", async () => {
  const { dir, folder } = runFolder();
  const script = `echo > ${join(dir, "ready")}; exec sleep 600`;
  const child = startCabinet(dir, here("run", "--", "sh", "-c", script));
  onTestFinished(() => void child.kill("SIGKILL"));
  const ending = endOf(child);
  await eventually(() => expect(existsSync(join(dir, "ready"))).toBe(true));
  child.kill("SIGTERM");
  expect(await ending).toMatchObject({ code: 143, signal: null });
  expect(existsSync(join(folder, "executor.lock"))).toBe(false);
});

test("a signal between open and start: nothing is started, and the run is free", async () => {
  const { dir, folder } = runFolder();
  const onSignal = (signal: NodeJS.Signals, listener: () => void): (() => void) => {
    if (signal === "SIGTERM") listener();
    return () => undefined;
  };
  const { code } = await cabinet(
    dir,
    here("run", "--", "touch", join(dir, "ran")),
    {},
    { onSignal },
  );
  expect(code).toBe(143);
  expect(existsSync(join(dir, "ran"))).toBe(false);
  expect(existsSync(join(folder, "executor.lock"))).toBe(false);
});
