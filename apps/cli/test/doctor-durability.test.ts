import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { cannotTrace } from "../../../packages/atomic-fs/test/torture/strace.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { cabinetWords } from "./cabinet-words.ts";
import { checkout } from "./checkout.ts";

const ORPHAN = "x.json.tmp.99999999.1.abcd1234";

/** The calls of a doctor that mends there, each as strace writes it. */
function callsOf(dir: string): string[] {
  const output = join(temporaryFolder(), "calls");
  const command = [...cabinetWords(), "doctor", "--fix"];
  // A signal of another thread would cut the line of a call in two.
  const watched = ["-e", "trace=mkdir,mkdirat,rename,renameat2,fsync", "-e", "signal=none"];
  const tracing = ["-f", "-y", "-s", "4096", ...watched];
  const { PATH = "" } = process.env;
  const { status } = spawnSync("strace", [...tracing, "-o", output, ...command], {
    cwd: dir,
    env: { PATH, HOME: dir },
    timeout: 60_000,
  });
  expect(status).toBe(0);
  return readFileSync(output, "utf8").split("\n");
}

test("a file is moved when all the folders that it goes to are on the disk", (context) => {
  const dir = checkout();
  mkdirSync(join(dir, ".ai/deep/er"), { recursive: true });
  writeFileSync(join(dir, ".ai/deep/er", ORPHAN), "half");
  context.skip(cannotTrace !== undefined, cannotTrace);
  const calls = callsOf(dir);
  const moved = calls.findIndex((call) => call.includes(ORPHAN) && call.includes("rename"));
  const made = calls.slice(0, moved).flatMap((call, index) => {
    const [, path = ""] = /mkdir.*"(.+)", 0\d+\) = 0$/.exec(call) ?? [];
    return path.includes(".doctor") ? [{ path, index }] : [];
  });
  expect(made.map(({ path }) => path.replace(/\d{8}T\d{9}Z/, "<time>"))).toEqual(
    [".doctor", ".doctor/<time>", ".doctor/<time>/deep", ".doctor/<time>/deep/er"].map((name) =>
      join(dir, ".ai", name),
    ),
  );
  for (const { path, index } of made) {
    const synced = calls.slice(index, moved).filter((call) => call.includes("fsync"));
    expect(synced.join("\n")).toContain(`<${dirname(path)}>`);
  }
});
