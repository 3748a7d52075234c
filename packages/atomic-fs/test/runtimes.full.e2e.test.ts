import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { fetchRuntimes, hasRuntimes } from "../../../test/runtimes.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { expectNothingLost, killUpdaters } from "./kill-updaters.ts";

const program = (name: string): string =>
  fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));

const MINUTES = 60_000;
const runtimes = hasRuntimes ? fetchRuntimes() : [];

test.each(runtimes)("on $name, every call does what it promises", async (runtime) => {
  const child = runTypeScript(program("every-call"), [temporaryFolder()], {}, runtime);
  expect(await endOf(child)).toEqual({ code: 0, signal: null, stdout: "done\n", stderr: "" });
});

test.each(runtimes)(
  "on $name, a worker thread that is terminated in its section is followed",
  async (runtime) => {
    const args = [join(temporaryFolder(), "file")];
    const child = runTypeScript(program("terminate-worker"), args, {}, runtime);
    expect(await endOf(child)).toMatchObject({ stdout: "LockedError followed\n", stderr: "" });
  },
);

test.runIf(hasRuntimes)(
  "processes on all runtimes update one file, some of them killed, and nothing is lost",
  async () => {
    const updates = isLongTier ? 1_000 : 200;
    const torture = { runtimes, processes: 16, updates, discipline: "updateJson" } as const;
    const report = await killUpdaters(torture);
    expect(report.killed).toBeGreaterThan(0);
    expectNothingLost(report);
  },
  10 * MINUTES,
);
