import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, onTestFinished, test } from "vitest";

import { openRunState } from "@x/planning/run-state";

import { nodeRuntime } from "../../../test/run-typescript.ts";
import { endOf } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { assertFailure, envelope } from "./assert-failure.ts";
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

// As the command's own commands would be: the sources, without a build.
const program = fileURLToPath(new URL("programs/cabinet.ts", import.meta.url));
const nested = (...args: string[]): string[] => [
  nodeRuntime.command,
  ...nodeRuntime.flags,
  program,
  ...args,
];

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
    title: "",
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

test("what is left of an executor that is gone changes nothing", async () => {
  const { dir, folder } = runFolder();
  const run = await openRunState(folder, { executor: "one" });
  const env = { CABINET_RUN_STATE: folder, CABINET_RUN_TOKEN: run.token };
  expect(await cabinet(dir, ["run-state", "issue", "in time"], env)).toMatchObject({ code: 0 });
  await run.close();
  const failure = {
    title: "",
    args: ["run-state", "issue", "late"],
    code: "PLANNING_RUN_LOST",
    sentence: () =>
      `The run in ${folder} was not changed: the run is not that of this executor any more: nobody has it now.`,
  };
  await assertFailure(dir, failure, (cwd, args) => cabinet(cwd, args, env));
  const other = { ...env, CABINET_RUN_STATE: join(dir, "elsewhere") };
  expect(await cabinet(dir, here("issue", "by itself"), other)).toMatchObject({ code: 0 });
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
