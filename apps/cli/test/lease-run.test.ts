import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { endOf } from "../../../test/run-typescript.ts";
import { assertFailure, envelope } from "./assert-failure.ts";
import { checkout } from "./checkout.ts";
import { leasesIn, REGISTRY } from "./lease-checkout.ts";
import { runStepwise } from "./lease-run-process.ts";
import { cabinet, startCabinet } from "./run-cabinet-here.ts";

const run = (...line: string[]): string[] => ["lease", "run", "3", "--", ...line];

test.each([[0], [7]])(
  "the exit code %i of the command is passed on, and the lease closed",
  async (code) => {
    const dir = checkout();
    const child = startCabinet(dir, run("sh", "-c", `echo out; echo err >&2; exit ${code}`));
    const ending = await endOf(child);
    expect(ending).toEqual({
      code,
      signal: null,
      stdout: "out\n",
      stderr: "Holding phase 3 (epoch 1).\nerr\n",
    });
    expect(leasesIn(dir)).toMatchObject([
      { lease_state: "closed", holder: { pid: child.pid }, ttl_ms: 300_000 },
    ]);
  },
);

test("with --json stdout holds one value, and the command prints on stderr", async () => {
  const dir = checkout();
  const line = ["--", "sh", "-c", "echo out; exit 7"];
  const args = ["lease", "run", "3", "--json", "--quiet", ...line];
  const { code, stdout, stderr } = await endOf(startCabinet(dir, args));
  expect({ code, stderr }).toEqual({ code: 7, stderr: "out\n" });
  expect(envelope(stdout)).toMatchObject({
    ok: true,
    data: {
      root: { path: dir },
      lease: { phase_id: "3", lease_state: "closed" },
      exitCode: 7,
      signal: null,
    },
  });
});

test("a command that is ended by a signal leaves a crashed lease that says so", async () => {
  const dir = checkout();
  const args = ["lease", "run", "3", "--json", "--", "sh", "-c", "kill -KILL $$"];
  const { code, stdout } = await cabinet(dir, args);
  expect(code).toBe(137);
  const lease = { lease_state: "crashed", crash_reason: "its command was ended by SIGKILL" };
  expect(envelope(stdout)).toMatchObject({ data: { lease, exitCode: null, signal: "SIGKILL" } });
  expect(leasesIn(dir)).toMatchObject([lease]);
});

test("what stands behind -- belongs to the command, whatever it looks like", async () => {
  const dir = checkout();
  const script = 'printf "%s\\n" "$@" > args';
  const args = ["--json", "--ttl", "--", "-q", "--help", "$HOME *"];
  const { code, stdout } = await cabinet(
    dir,
    run("sh", "-c", `cd "${dir}" && ${script}`, "sh", ...args),
  );
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(readFileSync(join(dir, "args"), "utf8")).toBe(`${args.join("\n")}\n`);
});

test("the command runs in the current folder, and knows its lease", async () => {
  const dir = checkout();
  const deep = join(dir, "src/deep");
  const script = "pwd -P > here; env | grep ^CABINET_ | sort >> here";
  await cabinet(dir, ["lease", "run", "3", "--", "true"]);
  await cabinet(deep, ["lease", "run", "03", "--", "sh", "-c", script]);
  expect(readFileSync(join(deep, "here"), "utf8").trim().split("\n")).toEqual([
    deep,
    `CABINET_LEASES=${JSON.stringify([{ root: dir, phase: "03", epoch: 2 }])}`,
    "CABINET_LEASE_EPOCH=2",
    "CABINET_LEASE_PHASE=03",
    `CABINET_LEASE_ROOT=${dir}`,
  ]);
});

test("a phase that somebody has is not run", async () => {
  const dir = checkout();
  await cabinet(dir, ["lease", "grant", "3"]);
  const granted = leasesIn(dir)[0]?.granted_at;
  await assertFailure(
    dir,
    {
      args: ["lease", "run", "3", "--", "touch", "ran"],
      code: "LEASE_HELD",
      sentence: () =>
        `Phase 3 already has an open lease: no process holds it, so nobody can know whether it is still used; it was granted at ${granted}.`,
    },
    async (cwd, args) => {
      // What is behind the command belongs to it.
      const own = args.filter((word) => word !== "--json");
      const isJson = own.length < args.length;
      return cabinet(cwd, isJson ? [...own.slice(0, 3), "--json", ...own.slice(3)] : args);
    },
  );
  expect(existsSync(join(dir, "ran"))).toBe(false);
});

test.each([
  ["./missing", 127, 'There is no command "./missing" to run.'],
  ["./src", 126, 'The command "./src" could not be started: spawn ./src EACCES.'],
])(
  "%s cannot be started: exit code %i, and the lease says why",
  async (command, code, sentence) => {
    const dir = checkout();
    const plain = await cabinet(dir, run(command));
    expect(plain).toMatchObject({ code, stdout: "" });
    expect(plain.stderr).toContain(`error: ${sentence}\n`);
    const json = await cabinet(dir, ["--json", ...run(command)]);
    expect(json.code).toBe(code);
    const error = { code: "CABINET_COMMAND_NOT_STARTED", message: sentence };
    expect(envelope(json.stdout)).toMatchObject({ ok: false, error });
    const lease = { lease_state: "crashed", crash_reason: sentence };
    expect(leasesIn(dir)).toMatchObject([lease, lease]);
  },
);

test("a signal between grant and start: nothing is started, and no open lease is left", async () => {
  const dir = checkout();
  const onSignal = (signal: NodeJS.Signals, listener: () => void): (() => void) => {
    // Heard of as soon as the process listens again, behind the grant.
    if (signal === "SIGTERM") setImmediate(listener);
    return () => undefined;
  };
  const { code } = await cabinet(dir, run("touch", join(dir, "ran")), {}, { onSignal });
  expect(code).toBe(143);
  expect(leasesIn(dir)).toMatchObject([
    {
      lease_state: "crashed",
      crash_reason: "it was ended by SIGTERM before its command was started",
    },
  ]);
  expect(existsSync(join(dir, "ran"))).toBe(false);
});

test("a heartbeat that fails is a warning, once until it works again, and is tried again", async () => {
  const dir = checkout();
  const { ending, beat, go, isRunning } = runStepwise(dir, ["--ttl", "12s"]);
  await isRunning();
  const path = join(dir, REGISTRY);
  const hide = (): void => {
    renameSync(path, `${path}.aside`);
    mkdirSync(path);
  };
  const show = (): void => {
    renameSync(path, join(dir, "empty"));
    renameSync(`${path}.aside`, path);
  };
  hide();
  beat();
  beat();
  show();
  expect(leasesIn(dir)[0]).not.toHaveProperty("heartbeat_at");
  beat();
  expect(leasesIn(dir)[0]).toHaveProperty("heartbeat_at");
  renameSync(join(dir, "empty"), join(dir, "other"));
  hide();
  beat();
  show();
  go();
  const { code, stderr } = await ending;
  expect(code).toBe(0);
  const warnings = stderr.split("\n").filter((line) => line.startsWith("warning:"));
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toMatch(/^warning: The lease of phase 3 \(epoch 1\) could not be renewed/);
  expect(leasesIn(dir)).toMatchObject([{ lease_state: "closed" }]);
});

test.each([
  [0, 1],
  [7, 7],
])(
  "a lease that cannot be closed is a failure; exit code %i of the command becomes %i",
  async (own, code) => {
    const dir = checkout();
    const { ending, go, isRunning } = runStepwise(dir, ["--json"], own);
    await isRunning();
    renameSync(join(dir, REGISTRY), join(dir, "aside"));
    mkdirSync(join(dir, REGISTRY));
    go();
    const ended = await ending;
    expect(ended.code).toBe(code);
    expect(envelope(ended.stdout)).toMatchObject({
      ok: false,
      error: { code: "ATOMIC_FS_IS_DIRECTORY" },
    });
  },
);
