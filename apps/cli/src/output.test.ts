import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { expect, onTestFinished, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";

const program = fileURLToPath(new URL("../test/programs/write-much.ts", import.meta.url));
const LINES = 3_000;
const ALL = Array.from({ length: LINES }, (_, line) => `${line} ${"x".repeat(1000)}\n`).join("");

test.each(["child", "parent"])(
  "a %s with a reader that takes its time loses nothing, and keeps the order",
  async (mode) => {
    const child = runTypeScript(program, [mode, String(LINES)]);
    child.stdin?.end();
    // Nothing is read before the pipe is full and the writer has met that.
    child.stdout?.pause();
    await new Promise((resolve) => child.stdout?.once("readable", resolve));
    const { stdout, stderr } = await endOf(child);
    expect(stderr).toBe("begun\n");
    expect(stdout === ALL).toBe(true);
  },
);

test("a reader that has seen enough is no fault", async () => {
  const child = runTypeScript(program, ["child", String(LINES)]);
  child.stdin?.end();
  child.stdout?.once("data", () => child.stdout?.destroy());
  expect(await endOf(child)).toMatchObject({ code: 0, stderr: "begun\n" });
});

test.skipIf(process.platform !== "linux")(
  "nor is one that leaves while the writer waits for it: of a socket, that is another error",
  async () => {
    const child = runTypeScript(program, ["child", String(LINES)]);
    const end = endOf(child);
    child.stdin?.end();
    child.stdout?.pause();
    await once(child.stderr ?? child, "data");
    // Since it has begun, it only waits for room.
    while (stateOf(child.pid) !== "S") await setImmediate();
    child.stdout?.destroy();
    expect(await end).toMatchObject({ code: 0, stderr: "begun\n" });
  },
);

/** `S`: it is asleep (proc(5)). */
function stateOf(pid = 0): string | undefined {
  return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
}

test.skipIf(process.platform !== "linux")("an output that takes nothing is one, once", async () => {
  const full = openSync("/dev/full", "w");
  onTestFinished(() => closeSync(full));
  const child = runTypeScript(program, ["child", "3"], { stdio: ["ignore", full, "pipe"] });
  const { code, stderr } = await endOf(child);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^begun\nfault: ENOSPC[^\n]*\n$/);
});
