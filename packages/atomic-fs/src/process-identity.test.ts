import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

import { expect, onTestFinished, test } from "vitest";

import { firstOutput } from "../../../test/start-together.ts";
import { livenessOf, ownIdentity, type ProcessIdentity } from "./process-identity.ts";

const here = ownIdentity();

test("this process is alive", () => {
  expect(livenessOf(here, here)).toBe("alive");
});

test.runIf(process.platform === "linux").each([
  ["whose pid now belongs to a later process", { start: "1" }, "dead"],
  ["of an earlier boot of this machine", { boot: "ffffffff" }, "dead"],
  ["of a boot that is not known", { boot: "0" }, "unknown"],
  ["of another machine", { machine: "elsewhere", boot: "ffffffff" }, "unknown"],
  ["of a machine that got another name since", { machine: "renamed" }, "alive"],
  ["of another pid namespace", { namespace: "1" }, "unknown"],
  ["of a pid in use whose start is not known", { start: "0" }, "unknown"],
] as const)("a process %s", (_title, difference, expected) => {
  expect(livenessOf({ ...here, ...difference }, here)).toBe(expected);
});

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
    await expect.poll(() => fields()[2]).toBe("Z");
    const zombie: ProcessIdentity = { ...here, pid, start: fields()[21] ?? "" };
    expect(livenessOf(zombie, here)).toBe("dead");
  },
);
