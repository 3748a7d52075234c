import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

import { expect, onTestFinished, test } from "vitest";

import { isInstalled } from "../../../../test/is-installed.ts";
import { firstOutput } from "../../../../test/start-together.ts";
import { livenessOf, processLiveness } from "./liveness.ts";
import { identifyProcess, ownIdentity, type ProcessIdentity } from "./process-identity.ts";

const here = ownIdentity();

test("this process is alive", () => {
  expect(livenessOf(here, here)).toBe("alive");
});

test.runIf(process.platform === "linux").each([
  ["whose pid now belongs to a later process", { start: "1" }, "dead"],
  ["of a boot that is not known", { boot: "0" }, "unknown"],
  ["of another machine", { machine: "elsewhere", boot: "ffffffff" }, "unknown"],
  ["of a machine that got another name since", { machine: "renamed" }, "alive"],
  ["of another pid namespace", { namespace: "1" }, "unknown"],
  ["of a pid in use whose start is not known", { start: "0" }, "unknown"],
] as const)("a process %s", (_title, difference, expected) => {
  expect(livenessOf({ ...here, ...difference }, here)).toBe(expected);
});

test("a process of an earlier boot is dead, where a machine id tells that it was this machine", () => {
  const elsewhen = { ...here, machine: "known", boot: "ffffffff" };
  const now = { ...here, machine: "known", boot: "00000001" };
  expect(livenessOf(elsewhen, now)).toBe("dead");
  const nameless = { ...elsewhen, machine: "0host" };
  expect(livenessOf(nameless, { ...now, machine: "0host" })).toBe("unknown");
});

const hasPython = isInstalled("python3");

test.runIf(process.platform === "linux" && hasPython)(
  "a process whose main thread has ended is alive as long as another thread runs",
  async () => {
    const script = [
      "import ctypes, threading, time",
      "threading.Thread(target=time.sleep, args=(600,)).start()",
      "print('ready', flush=True)",
      "ctypes.CDLL(None).pthread_exit(None)",
    ].join("\n");
    const child = spawn("python3", ["-c", script], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    await firstOutput(child);
    const fields = (): string[] => readFileSync(`/proc/${child.pid}/stat`, "utf8").split(" ");
    await expect.poll(() => fields()[2], { timeout: 60_000 }).toBe("Z");
    const identity = { ...here, pid: child.pid ?? 0, start: fields()[21] ?? "" };
    expect(livenessOf(identity, here)).toBe("alive");
  },
);

test("where start times cannot be compared, a pid in use is not known, and one that is not is dead", () => {
  const blind = { ...here, start: "0" };
  expect(livenessOf(here, blind)).toBe("unknown");
  // The largest pid that Linux gives is 2^22 (proc_sys_kernel(5)).
  expect(livenessOf({ ...here, pid: 2 ** 22 + 1 }, blind)).toBe("dead");
});

test.runIf(process.platform === "linux")(
  "a killed process is dead, also while nobody has collected its exit status",
  async () => {
    // The shell starts a child, tells its pid, kills it and never waits for it: a zombie.
    const script = "sleep 600 & echo $!; kill -9 $!; exec sleep 600";
    const shell = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void shell.kill("SIGKILL"));
    const pid = Number(await firstOutput(shell));
    const fields = (): string[] => readFileSync(`/proc/${pid}/stat`, "utf8").split(" ");
    await expect.poll(() => fields()[2], { timeout: 60_000 }).toBe("Z");
    const zombie: ProcessIdentity = { ...here, pid, start: fields()[21] ?? "" };
    expect(livenessOf(zombie, here)).toBe("dead");
  },
);

test("a process is named by its id, and the name tells it from all others", async () => {
  const own = identifyProcess();
  expect(own).toEqual({ ...here, thread: undefined });
  expect(own && processLiveness(own)).toBe("alive");
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const named = identifyProcess(child.pid);
  expect(named && processLiveness(named)).toBe("alive");
  child.kill("SIGSTOP");
  expect(named && processLiveness(named)).toBe("alive");
  child.kill("SIGKILL");
  await ended;
  expect(named && processLiveness(named)).toBe("dead");
  expect(identifyProcess(child.pid)).toBeUndefined();
});

test.runIf(process.platform === "linux")("the id of a thread is none of a process", () => {
  const threads = readdirSync("/proc/self/task").map(Number);
  const thread = threads.find((id) => id !== process.pid);
  expect(identifyProcess(thread)).toBeUndefined();
});

test.each([0, -1, 1.5, Number.NaN])("%s is no process id", (pid) => {
  expect(() => identifyProcess(pid)).toThrow(TypeError);
});
