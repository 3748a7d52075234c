import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, onTestFinished, test } from "vitest";

import { openRunState, readExecutor } from "@x/planning/run-state";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { startTogether } from "../../../test/start-together.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { type RunOrder, RunProcess } from "./support/run-state-process.ts";

const ROUNDS = isLongTier ? 300 : 20;
// A round begins so much later: by then both have heard of it.
const NOTICE_MILLISECONDS = 4;

const HELD = { ok: false, code: "PLANNING_RUN_HELD" };
const LOST = { ok: false, code: "PLANNING_RUN_LOST" };

const unlocked = fileURLToPath(new URL("programs/run-state-unlocked.ts", import.meta.url));

async function pair(folder: string) {
  const names = ["one", "two"] as const;
  const processes = names.map((name) => new RunProcess(folder, name));
  // Whoever starts first does not wait for the other in a round.
  await Promise.all(processes.map((process) => process.obey({ call: "close" })));
  const both = async (order: (at: number) => RunOrder) => {
    const at = Date.now() + NOTICE_MILLISECONDS;
    return Promise.all(processes.map((process) => process.obey(order(at))));
  };
  return { names, both };
}

test("of two processes that open a run at the same time, one gets it each time, and the other is told its name", async () => {
  const folder = join(temporaryFolder(), "run");
  const { names, both } = await pair(folder);
  for (let round = 0; round < ROUNDS; round += 1) {
    const answers = await both((at) => ({ call: "open", at }));
    const winner = answers.findIndex(({ ok }) => ok);
    expect(answers[winner]).toMatchObject({ ok: true });
    expect(answers[1 - winner]).toMatchObject({ ...HELD, holder: names[winner] });
    await both(() => ({ call: "close" }));
  }
});

test("of two processes that look first and take no lock, both get the run", async () => {
  const folder = temporaryFolder();
  const children = ["one", "two"].map((name) => runTypeScript(unlocked, [folder, name]));
  const endings = Promise.all(children.map(endOf));
  await startTogether(children);
  for (const { code, stdout } of await endings) {
    expect({ code, stdout }).toEqual({ code: 0, stdout: "ready\nhas it" });
  }
});

test("an executor that is stopped keeps its run; one that was killed is followed at once", async () => {
  const folder = join(temporaryFolder(), "run");
  const first = new RunProcess(folder, "sleeper");
  expect(await first.obey({ call: "open" })).toMatchObject({ ok: true });
  first.signal("SIGSTOP");
  const open = () => openRunState(folder, { executor: "next", timeoutMilliseconds: 20 });
  await expect(open()).rejects.toThrow(
    expect.objectContaining({
      code: "PLANNING_RUN_HELD",
      message: expect.stringContaining('"sleeper"'),
    }),
  );
  expect(await readExecutor(folder)).toMatchObject({ executor: "sleeper", liveness: "alive" });
  first.signal("SIGCONT");
  expect(await first.obey({ call: "issue", title: "awake" })).toEqual({ ok: true });
  await first.kill();
  expect(await readExecutor(folder)).toMatchObject({ executor: "sleeper", liveness: "dead" });
  const next = await open();
  expect(await readExecutor(folder)).toMatchObject({ executor: "next", liveness: "alive" });
  await next.close();
});

test("who works for an executor writes as long as that lives, and never into the run of the next", async () => {
  const folder = join(temporaryFolder(), "run");
  const first = new RunProcess(folder, "first");
  const opened = await first.obey({ call: "open" });
  const token = opened.ok ? (opened.token ?? "") : "";
  const orphan = new RunProcess(folder, "orphan");
  expect(await orphan.obey({ call: "join", token })).toEqual({ ok: true });
  expect(await orphan.obey({ call: "issue", title: "in time" })).toEqual({ ok: true });
  await first.kill();
  expect(await orphan.obey({ call: "issue", title: "late" })).toMatchObject(LOST);
  const next = await openRunState(folder, { executor: "next", timeoutMilliseconds: 0 });
  expect(await orphan.obey({ call: "issue", title: "later" })).toMatchObject({
    ...LOST,
    holder: "next",
  });
  expect(await orphan.obey({ call: "join", token })).toMatchObject(LOST);
  await next.close();
  const issues = readFileSync(join(folder, "ISSUES.md"), "utf8");
  expect(issues.match(/^## .*$/gm)).toEqual(["## ISS-1: in time"]);
});

test("an executor whose lock was taken away by hand does not write over its successor", async () => {
  const folder = join(temporaryFolder(), "run");
  mkdirSync(folder);
  const first = new RunProcess(folder, "first");
  expect(await first.obey({ call: "open" })).toMatchObject({ ok: true });
  rmSync(join(folder, "executor.lock"));
  const second = await openRunState(folder, { executor: "second", timeoutMilliseconds: 0 });
  onTestFinished(() => second.close());
  expect(await first.obey({ call: "issue", title: "late" })).toMatchObject({
    ...LOST,
    holder: "second",
  });
  expect(await first.obey({ call: "close" })).toMatchObject(LOST);
  expect(await readExecutor(folder)).toMatchObject({ executor: "second" });
  expect(await second.appendIssue({ title: "in time" })).toBe("ISS-1");
});
