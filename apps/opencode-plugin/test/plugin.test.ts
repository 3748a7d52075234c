import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { listPlans } from "@x/registry-core/session-plans";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { composeHooks } from "../src/compose.ts";
import type { HookPart } from "../src/hook-part.ts";
import plugin from "../src/index.ts";
import { gitRepository, runShell } from "./support/git-repository.ts";
import { toldFor } from "./support/project-with-plans.ts";
import {
  AGENT,
  flushCommand,
  flushesEnded,
  inDatabase,
  MODEL,
  SESSION,
} from "./support/tracked-session.ts";
import { watchedClient } from "./support/watched-client.ts";

interface Options extends Record<string, unknown> {
  readonly directory?: string;
  readonly worktree?: string;
  readonly more?: readonly HookPart[];
}

// On a machine whose disk has other things to do, too.
const PATIENT = { hookMilliseconds: 60_000, endMilliseconds: 60_000 };

/** The whole plugin, for one instance of a client, as that one calls it. */
function start({ directory = project(), worktree = "/", more, ...options }: Options = {}) {
  const home = temporaryFolder();
  const databasePath = join(home, "agents.lmdb");
  onTestFinished(() => flushesEnded(databasePath));
  const { client, logged, toasts } = watchedClient();
  const env = { HOME: home };
  const input = { directory, worktree, client };
  const all = { databasePath, ...options };
  const hooks = composeHooks(input, all, { env, flushCommand, limits: PATIENT }, more);
  let calls = 0;
  const begin = (prompt: object = {}): Promise<void> =>
    hooks["chat.message"](
      { sessionID: SESSION },
      { message: { agent: "build", model: MODEL, ...prompt } },
    );
  const use = async (tool: string, args: object, run = (): object => ({})): Promise<unknown> => {
    const call = { tool, sessionID: SESSION, callID: `c${(calls += 1)}` };
    await hooks["tool.execute.before"](call, { args });
    const result = { output: "done", metadata: run() };
    await hooks["tool.execute.after"]({ ...call, args }, result);
    return result.output;
  };
  const shell = (command: string): Promise<unknown> =>
    use("bash", { command }, () => ({ exit: runShell(directory, command) }));
  return { hooks, begin, use, shell, directory, databasePath, logged, toasts };
}

function project(): string {
  const dir = gitRepository();
  for (const folder of [dir, join(dir, "packages/one")]) {
    mkdirSync(join(folder, ".ai"), { recursive: true });
  }
  writeFileSync(join(dir, ".ai/plan-demo.md"), "# Demo\n");
  writeFileSync(join(dir, "packages/one/.ai/plan-inner.md"), "# Inner\n");
  return dir;
}

test("the plugin is what the client loads: an id, and a server that gives all hooks, once for a folder", async () => {
  expect(Object.keys(plugin)).toEqual(["id", "server"]);
  expect(plugin.id).toBe("cabinet");
  const directory = project();
  const hooks = await plugin.server({ directory }, { enableTracking: false });
  expect(Object.keys(hooks).toSorted()).toEqual(Object.keys(start({ directory }).hooks).toSorted());
  const written = { tool: "write", sessionID: SESSION, args: { filePath: ".ai/plan-demo.md" } };
  const second = await plugin.server({ directory: `${directory}/` }, { enableTracking: false });
  // The latest one counts, until it is done.
  await hooks["tool.execute.after"](written);
  expect(await listPlans(directory)).toEqual([]);
  await second.dispose();
  await hooks["tool.execute.after"](written);
  await hooks.dispose();
  expect(await listPlans(directory)).toMatchObject([{ plan: "demo", sessionID: SESSION }]);
});

test("plans are filed where they were written: in the client's folder or at the checkout's top", async () => {
  const worktree = project();
  const directory = join(worktree, "packages/one");
  const { hooks, use } = start({ directory, worktree });
  await use("edit", { filePath: join(worktree, ".ai/plan-demo.md") });
  await use("write", { filePath: ".ai/plan-inner.md" });
  await hooks.dispose();
  expect(await listPlans(worktree)).toMatchObject([{ plan: "demo", sessionID: SESSION }]);
  expect(await listPlans(directory)).toMatchObject([{ plan: "inner", sessionID: SESSION }]);
});

test("a session from its first message to its end is on record, with its commits", async () => {
  const { hooks, begin, use, shell, directory, databasePath, logged } = start();
  await begin();
  await use("read", { filePath: "README.md" });
  await shell("git commit -q --allow-empty -m 'the first one'");
  await shell("exit 3");
  await hooks.event({ event: { type: "session.idle", properties: { sessionID: SESSION } } });
  await hooks.event({ event: { type: "command.executed", properties: { sessionID: SESSION } } });
  await hooks.dispose();
  await expect
    .poll(() => existsSync(`${databasePath}.agents.json`), { timeout: 60_000 })
    .toBe(true);
  await flushesEnded(databasePath);
  const record = await inDatabase(databasePath, async (database) => ({
    agents: await database.listAgents(),
    commits: await database.listCommits(),
  }));
  expect(record).toMatchObject({
    agents: [{ id: AGENT, experience_points: 1 + 1 + 5 + 2, total_commits: 1, scope: directory }],
    commits: [{ task_description: "the first one", project_path: directory }],
  });
  expect(logged).toEqual([]);
});

test("env files are protected, examples of them too, unless that is not wanted", async () => {
  const { use } = start();
  await expect(use("read", { filePath: ".env" })).rejects.toMatchObject({
    code: "CABINET_ENV_PROTECTED",
  });
  await expect(use("read", { filePath: ".env.example" })).rejects.toThrow(".env.example");
  const lenient = start({ allowEnvironmentExamples: true });
  expect(await lenient.use("read", { filePath: ".env.example" })).toBe("done");
  const open = start({ enableEnvironmentProtection: false });
  expect(await open.use("read", { filePath: ".env" })).toBe("done");
});

test("each option takes its part away, and no other", async () => {
  const all = start();
  const names = Object.keys(all.hooks.tool).toSorted();
  expect(names).toEqual([
    "cabinet_bug",
    "cabinet_grade",
    "cabinet_journal",
    "cabinet_lease_close",
    "cabinet_lease_conflicts",
    "cabinet_lease_grant",
    "cabinet_status",
  ]);
  expect(start({ enableTools: false }).hooks.tool).toEqual({});
  const ofOthers = names.filter((name) => /lease|status/.test(name));
  expect(Object.keys(start({ enableTracking: false }).hooks.tool).toSorted()).toEqual(ofOthers);
  const config = {};
  await start({ enableCommands: false }).hooks.config(config);
  expect(config).toEqual({});
  await all.hooks.config(config);
  expect(config).toHaveProperty("command.synth");
  const { hooks, begin, shell } = start({ enableGitHooks: false });
  await begin();
  await shell("git commit -q --allow-empty -m one");
  const status = await hooks.tool["cabinet_status"]?.execute({}, { sessionID: SESSION });
  expect(JSON.parse(status ?? "")).toMatchObject({
    agent: { experience_points: 1, total_commits: 0 },
  });
});

test("leases are granted, told of, and refused by the option, as the agent's tools and writes ask", async () => {
  const directory = project();
  const one = start({ directory });
  await one.begin();
  const args = { phase: "3", write_set: ["src/**"] };
  await one.hooks.tool["cabinet_lease_grant"]?.execute(args, { sessionID: "ses_other" });
  const two = start({ directory });
  expect(await two.use("write", { filePath: "src/a.ts" })).toMatch(
    /^done\n\nWarning of cabinet: src/,
  );
  const three = start({ directory, leaseConflicts: "refuse" });
  await expect(three.use("write", { filePath: "src/a.ts" })).rejects.toMatchObject({
    code: "CABINET_WRITE_HELD",
  });
  const four = start({ directory, leaseConflicts: "off" });
  expect(await four.use("write", { filePath: "src/a.ts" })).toBe("done");
});

test("a halted agent works on, unless the option says otherwise", async () => {
  const use = async (options: Options): Promise<unknown> => {
    const one = start(options);
    await one.begin();
    await one.hooks.tool["cabinet_bug"]?.execute({}, { sessionID: SESSION });
    return one.use("read", { filePath: "a" });
  };
  expect(await use({})).toBe("done");
  const refused = use({ blockHaltedAgents: true });
  await expect(refused).rejects.toMatchObject({ code: "CABINET_AGENT_HALTED" });
});

test("commands find the plans at the checkout's top, and /synth knows what the session has written", async () => {
  const { hooks, use, toasts } = start();
  await hooks.config({});
  await use("write", { filePath: ".ai/plan-demo.md" });
  const command = hooks["command.execute.before"];
  const { text } = await toldFor(command, { command: "synth", sessionID: SESSION });
  expect(text).toMatch(/^\[SESSION-RESOLVED\] demo/);
  expect((await toldFor(command, { command: "plans" })).text).toContain("| demo | executed |");
  expect(toasts).toEqual(["1 plan"]);
});

test("wrong options and a failing part are told in the log, in toasts from the first message on, if wanted", async () => {
  const broken: HookPart = {
    name: "a part",
    toolAfter: () => Promise.reject(new Error("it broke")),
  };
  for (const enableNotifications of [true, false]) {
    const { begin, use, logged, toasts } = start({
      enableNotifications,
      enableTool: 1,
      more: [broken],
    });
    expect(logged).toEqual([
      expect.stringMatching(/^warn: cabinet: there is no option "enableTool"/),
    ]);
    expect(toasts).toEqual([]);
    await begin();
    await use("write", { filePath: ".ai/plan-demo.md" });
    expect(logged[1]).toBe("warn: cabinet: a part failed: it broke");
    expect(toasts).toHaveLength(enableNotifications ? 2 : 0);
  }
});

test.each<[string, Options]>([
  ["that cannot be one", { databasePath: ":memory:" }],
  ["that is no path", { databasePath: 5, enableTracking: true }],
])(
  "with a database %s agents are not tracked, that is said, and all else works",
  async (_, options) => {
    const { hooks, begin, use, logged, directory } = start(options);
    expect(logged).toEqual([expect.stringMatching(/agents are not tracked/)]);
    await begin();
    await use("write", { filePath: ".ai/plan-demo.md" });
    expect(await listPlans(directory)).toHaveLength(1);
    expect(hooks.tool["cabinet_grade"]).toBeUndefined();
  },
);

test("a registry that cannot be used is one warning, and the session goes on", async () => {
  const { use, hooks, logged, directory } = start({ enableTracking: false });
  mkdirSync(join(directory, ".ai/.session-plans.json"));
  await use("write", { filePath: ".ai/plan-demo.md" });
  await use("write", { filePath: ".ai/plan-demo.md" });
  await hooks.event({ event: { type: "session.idle" } });
  await hooks.dispose();
  expect(logged).toEqual([
    expect.stringMatching(/^warn: cabinet: filing a plan failed: .*it is a directory/),
  ]);
  expect(readFileSync(join(directory, ".ai/plan-demo.md"), "utf8")).toBe("# Demo\n");
});
