import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { expect, onTestFinished, test, vi } from "vitest";

import { losesARace } from "../../../test/loses-a-race.ts";
import { endOf, runTypeScript, nodeRuntime } from "../../../test/run-typescript.ts";
import { firstOutput, startTogether } from "../../../test/start-together.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { createOwner } from "../src/locks/lock-file.ts";
import { withFileLock } from "../src/locks/with-file-lock.ts";
import { deadOwner } from "./dead-owner.ts";
import { untilStopped } from "./until-stopped.ts";

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
  const total = PROCESSES * TIMES;
  expect(await losesARace(async () => (await countWith("bare")) < total)).toBe(true);
  expect(await countWith("locked")).toBe(total);
});

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
});

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
});

const RACES = isLongTier ? 2_000 : 100;

/** How often two breakers of one stale lock, each in a process of its own, were both inside. */
async function overlapsOf(discipline: "guarded" | "unguarded", races: number): Promise<number> {
  const folder = temporaryFolder();
  const breakers = [1, 2].map(() => runTypeScript(program("break-stale"), [discipline]));
  const lines = breakers.map(({ stdout }) => {
    if (stdout === null) throw new Error("the output of the breaker is not piped");
    return createInterface(stdout)[Symbol.asyncIterator]();
  });
  const answers = (): Promise<unknown[]> =>
    Promise.all(lines.map(async (line) => (await line.next()).value));
  expect(await answers()).toEqual(["ready", "ready"]);
  let overlaps = 0;
  for (let race = 0; race < races; race += 1) {
    const lockPath = join(folder, `${race}.lock`);
    symlinkSync(deadOwner("abcdefgh"), lockPath);
    for (const { stdin } of breakers) stdin?.write(`${lockPath}\n`);
    const said = await answers();
    if (said.some((answer) => answer !== "through")) overlaps += 1;
  }
  const endings = breakers.map(endOf);
  for (const { stdin } of breakers) stdin?.end();
  for (const { code } of await Promise.all(endings)) expect(code).toBe(0);
  return overlaps;
}

test.runIf(process.platform === "linux")(
  "two processes that break one stale lock never both have it",
  async () => {
    expect(await losesARace(async () => (await overlapsOf("unguarded", RACES)) > 0)).toBe(true);
    expect(await overlapsOf("guarded", RACES)).toBe(0);
  },
);

test("who takes the lock again and again leaves it to a process that is next in line", async () => {
  const file = join(temporaryFolder(), "file");
  const greedy = runTypeScript(program("take-again"), [file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void greedy.kill("SIGKILL"));
  expect(await firstOutput(greedy)).toBe("started\n");
  for (let time = 0; time < 5; time += 1) {
    // One that is next and never comes: its claim is taken away after a while.
    symlinkSync(createOwner(), `${file}.lock.next`);
    await vi.waitFor(() => expect(readdirSync(join(file, ".."))).not.toContain("file.lock.next"), {
      timeout: 30_000,
    });
  }
  // Sections of 1 ms: what is left of a turn of 4 ms, and the one that is under way, go past.
  expect(Number(readFileSync(file, "utf8"))).toBeLessThanOrEqual(25);
});

test("a stopped process that is next in line holds nobody up", async () => {
  const file = join(temporaryFolder(), "file");
  const waiter = runTypeScript(program("hold"), [file], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void waiter.kill("SIGKILL"));
  await withFileLock(file, async () => {
    await vi.waitFor(() => expect(readdirSync(join(file, ".."))).toContain("file.lock.next"));
    waiter.kill("SIGSTOP");
    // Else it could take the lock, and stop as its holder.
    if (process.platform === "linux") await untilStopped(waiter.pid);
  });
  // Once by this call, and once more: the claim of the stopped one is gone for good.
  expect(await withFileLock(file, () => "past it")).toBe("past it");
  expect(await withFileLock(file, () => "past it")).toBe("past it");
  expect(readdirSync(join(file, ".."))).toEqual([]);
  waiter.kill("SIGCONT");
  expect(await firstOutput(waiter)).toBe("held\n");
});

test("a worker thread that was terminated in its section is followed", async () => {
  const file = join(temporaryFolder(), "file");
  const child = runTypeScript(program("terminate-worker"), [file]);
  expect(await endOf(child)).toMatchObject({ stdout: "LockedError followed\n", stderr: "" });
});

const LIVES = isLongTier ? 400 : 12;

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
);

const isOutermost = mayUnshare && readlinkSync("/proc/self/ns/pid") === "pid:[4026531836]";

test.runIf(isOutermost)(
  "a holder in a pid namespace is seen from the outermost one, and followed when it is gone",
  async () => {
    const file = join(temporaryFolder(), "file");
    const mounted = `mount -t proc proc /proc; ${command("hold", file)}; :`;
    const shell = spawn("unshare", [...APART, "sh", "-c", mounted], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void shell.kill("SIGKILL"));
    expect(await firstOutput(shell)).toBe("held\n");
    const attempt = withFileLock(file, () => "robbed", { timeoutMilliseconds: 100 });
    await expect(attempt).rejects.toMatchObject({ holder: { state: "alive" } });
    const ended = once(shell, "exit");
    shell.kill("SIGKILL");
    await ended;
    expect(await withFileLock(file, () => "followed")).toBe("followed");
  },
);
