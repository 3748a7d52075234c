import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { createOwner } from "../src/locks/lock-file.ts";
import { withFileLock } from "../src/locks/with-file-lock.ts";
import { OPERATIONS, prepareFolder } from "./torture/operations.ts";
import { cannotTrace, type SystemCall } from "./torture/strace.ts";
import { Victim } from "./torture/victim.ts";

const MINUTES = 60_000;
// Longer than the other one needs to get into its section, shorter than it stays there.
const DELAY = "delay_enter=25000";

interface Rivals {
  readonly folder: string;
  readonly victims: readonly [Victim, Victim];
  readonly calls: readonly SystemCall[];
}

/** Two processes that break the lock of a dead owner, and the calls that one of them makes for it. */
async function startRivals(name: string): Promise<Rivals> {
  const operation = OPERATIONS[name];
  if (operation === undefined) throw new Error(`there is no operation ${name}`);
  const folder = temporaryFolder();
  const start = (): Promise<Victim> => Victim.start(name, folder, temporaryFolder());
  const victims = [await start(), await start()] as const;
  prepareFolder(folder, operation);
  const { calls } = await victims[0].obey(join(temporaryFolder(), "log"));
  const ours = calls.filter(({ text }) => text.includes(folder) && !text.includes(".witness"));
  return { folder, victims, calls: ours };
}

/** In how many of these races both were inside at once: each is held up at one of its calls, or not. */
async function overlapsOf(
  name: string,
  mostRounds = 1,
): Promise<{ races: number; overlaps: number }> {
  const { folder, victims, calls } = await startRivals(name);
  const operation = OPERATIONS[name];
  const logs = [join(temporaryFolder(), "log"), join(temporaryFolder(), "log")] as const;
  const second = isLongTier ? [undefined, ...calls] : [undefined];
  let races = 0;
  let overlaps = 0;
  // A round after the other, until they met.
  const rounds = Array.from({ length: mostRounds }, () => calls).flat();
  for (const call of rounds) {
    if (overlaps > 0 && mostRounds > 1) break;
    for (const other of second) {
      if (operation !== undefined) prepareFolder(folder, operation);
      const held = [call, other].map((one) => one && { call: one, fault: DELAY });
      const ready = await Promise.all(
        victims.map((victim, index) => victim.attend(logs[index] ?? "", held[index])),
      );
      const answers = await Promise.all(ready.map((go) => go()));
      races += 1;
      if (answers.some(({ answer }) => answer.outcome !== "done")) overlaps += 1;
    }
  }
  await Promise.all(victims.map((victim) => victim.end()));
  return { races, overlaps };
}

test(
  "two processes, one held up at any of its calls for the lock, are never both inside",
  async ({ skip, annotate }) => {
    if (cannotTrace !== undefined) return skip(cannotTrace);
    const careless = await overlapsOf("careless lock", 20);
    expect(careless.overlaps).toBeGreaterThan(0);
    const guarded = await overlapsOf("withFileLockSync, of a dead owner");
    expect(guarded.overlaps).toBe(0);
    const [bad, good] = [careless, guarded].map(({ races, overlaps }) => `${overlaps} of ${races}`);
    await annotate(`both inside: ${good} races; without a guard: ${bad}`, "lock adversary");
  },
  10 * MINUTES,
);

/** What lies in the place of the lock, and is none. */
const INTRUDERS: Readonly<Record<string, (lockPath: string) => void>> = {
  "an empty file": (path) => writeFileSync(path, ""),
  "a file of somebody": (path) => writeFileSync(path, "do not lose me\n"),
  "a folder": (path) => mkdirSync(path),
  "a link to a file": (path) => symlinkSync("other", path),
  "a dangling link": (path) => symlinkSync("nowhere/at/all", path),
  "a link to itself": (path) => symlinkSync("file.lock", path),
};

test.each(Object.entries(INTRUDERS))(
  "%s in the place of the lock is never removed, and the call says what stands there",
  async (_title, intrude) => {
    const path = join(temporaryFolder(), "file");
    intrude(`${path}.lock`);
    const { ino, ctimeMs } = lstatSync(`${path}.lock`);
    const attempt = withFileLock(path, () => "inside", { timeoutMilliseconds: 30 });
    await expect(attempt).rejects.toMatchObject({
      code: "ATOMIC_FS_LOCKED",
      lockPath: `${path}.lock`,
      holder: undefined,
    });
    expect(lstatSync(`${path}.lock`)).toMatchObject({ ino, ctimeMs });
  },
);

test("a claim to be next that is none of ours is not removed, and holds nobody up", async () => {
  const path = join(temporaryFolder(), "file");
  const claim = `${path}.lock.next`;
  writeFileSync(claim, "somebody's file");
  expect(await withFileLock(path, () => "inside", { timeoutMilliseconds: 1_000 })).toBe("inside");
  expect(readFileSync(claim, "utf8")).toBe("somebody's file");
});

test.runIf(process.platform === "linux")(
  "the lock of an earlier boot of this machine is followed at once; of another one it is not",
  async () => {
    const path = join(temporaryFolder(), "file");
    const [format, machine = "", boot, ...rest] = createOwner().split("-");
    const earlier = [format, machine, boot === "0" ? "1" : "0a0b0c0d", ...rest].join("-");
    symlinkSync(earlier, `${path}.lock`);
    const attempt = withFileLock(path, () => "followed", { timeoutMilliseconds: 100 });
    const outcome = await attempt.catch((error: unknown) => Object(error).code);
    // Only a machine id tells that it was this machine.
    expect(outcome).toBe(machine.startsWith("0") ? "ATOMIC_FS_LOCKED" : "followed");
    const other = join(temporaryFolder(), "file");
    symlinkSync(["1", "other", "0a0b0c0d", ...rest].join("-"), `${other}.lock`);
    const robbed = withFileLock(other, () => "robbed", { timeoutMilliseconds: 30 });
    await expect(robbed).rejects.toMatchObject({ holder: { state: "unknown" } });
  },
);
