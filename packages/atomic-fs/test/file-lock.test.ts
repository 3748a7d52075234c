import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, onTestFinished, test } from "vitest";

import { endOf, runTypeScript, nodeRuntime } from "../../../test/run-typescript.ts";
import { firstOutput, startTogether } from "../../../test/start-together.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { withFileLock } from "../src/with-file-lock.ts";

const program = (name: string): string =>
  fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));

const PROCESSES = isLongTier ? 16 : 4;
const TIMES = isLongTier ? 2_000 : 200;

async function countWith(discipline: "locked" | "bare"): Promise<number> {
  const file = join(temporaryFolder(), "counter");
  writeFileSync(file, "0");
  const children = Array.from({ length: PROCESSES }, () =>
    runTypeScript(program("increment"), [file, String(TIMES), discipline]),
  );
  const endings = Promise.all(children.map(endOf));
  await startTogether(children);
  for (const { code, stderr } of await endings)
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return Number(readFileSync(file, "utf8"));
}

test("several processes under the lock lose no update, and the same without it lose some", async () => {
  expect(await countWith("bare")).toBeLessThan(PROCESSES * TIMES);
  expect(await countWith("locked")).toBe(PROCESSES * TIMES);
}, 300_000);

/** A process that has the lock of the file. */
async function holderOf(file: string): Promise<ChildProcess> {
  const holder = runTypeScript(program("hold"), [file], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void holder.kill("SIGKILL"));
  expect(await firstOutput(holder)).toBe("held\n");
  return holder;
}

test("a holder that was killed with -9 is followed by the next one", async () => {
  const file = join(temporaryFolder(), "file");
  const holder = await holderOf(file);
  const ended = once(holder, "exit");
  holder.kill("SIGKILL");
  await ended;
  expect(await withFileLock(file, () => "mine", { timeoutMilliseconds: 5_000 })).toBe("mine");
  expect(readdirSync(join(file, ".."))).toEqual([]);
}, 30_000);

test("a stopped holder is not robbed, and the error names it", async () => {
  const file = join(temporaryFolder(), "file");
  const holder = await holderOf(file);
  holder.kill("SIGSTOP");
  const section = withFileLock(file, () => "robbed", { timeoutMilliseconds: 300 });
  await expect(section).rejects.toMatchObject({
    code: "ATOMIC_FS_LOCKED",
    path: file,
    lockPath: `${file}.lock`,
    holder: { pid: holder.pid, state: "alive", isThisProcess: false },
  });
}, 30_000);

const LIVES = isLongTier ? 400 : 40;

test.runIf(process.platform === "linux")(
  "with holders killed in their sections all the time, there are never two at once",
  async () => {
    const file = join(temporaryFolder(), "file");
    let left = LIVES;
    const liveOnAndOn = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const life = await endOf(runTypeScript(program("die-in-section"), [file, "200", "0.02"]));
        expect(life).toMatchObject({ stdout: "", stderr: "" });
        expect([0, null]).toContain(life.code);
      }
    };
    await Promise.all(Array.from({ length: 5 }, liveOnAndOn));
    expect(await withFileLock(file, () => "free")).toBe("free");
  },
  600_000,
);

// With the outer process ends all that runs in the namespace.
const APART = ["--mount", "--pid", "--fork", "--kill-child"];
const mayUnshare =
  process.platform === "linux" &&
  spawnSync("unshare", [...APART, "true"], { stdio: "ignore" }).status === 0;

/** What a script in a new pid namespace prints first; it ends with the test. */
async function outputApart(script: string): Promise<string> {
  const shell = spawn("unshare", [...APART, "sh", "-c", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void shell.kill("SIGKILL"));
  return firstOutput(shell);
}

const command = (name: string, file: string): string =>
  [process.execPath, ...nodeRuntime.flags, program(name), file]
    .map((word) => `'${word}'`)
    .join(" ");

test.runIf(mayUnshare)(
  "a holder in a pid namespace that still sees the outer /proc is not robbed there",
  async () => {
    const file = join(temporaryFolder(), "file");
    // The second process starts once the first has the lock; all end with the shell.
    const script = `${command("hold", file)} | (read held; ${command("attempt", file)})`;
    expect(await outputApart(script)).toBe("held by unknown\n");
  },
  30_000,
);

test.runIf(mayUnshare)(
  "a holder is not robbed by a process that sees no /proc at all, nor the other way round",
  async () => {
    const withoutProc = "mount -t tmpfs none /proc; ";
    const file = join(temporaryFolder(), "file");
    const holder = await holderOf(file);
    expect(await outputApart(withoutProc + command("attempt", file))).toBe("held by unknown\n");
    holder.kill("SIGKILL");
    const other = join(temporaryFolder(), "file");
    expect(await outputApart(`${withoutProc}${command("hold", other)}; :`)).toBe("held\n");
    const attempt = withFileLock(other, () => "robbed", { timeoutMilliseconds: 100 });
    await expect(attempt).rejects.toMatchObject({ holder: { state: "unknown" } });
  },
  30_000,
);
