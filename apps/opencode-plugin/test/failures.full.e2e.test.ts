import { cpSync, mkdirSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, onTestFinished, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { bundlePlugin } from "./harness/bundle-plugin.ts";
import { bash, write } from "./harness/calls.ts";
import { release, UNTIL_RELEASED } from "./harness/gate.ts";
import { startModelServer, type Turn } from "./harness/model-server.ts";
import { expectNothingElse, outcomeOf } from "./harness/outcome.ts";
import { runArguments, startClient } from "./harness/run-client.ts";
import {
  builtPlugin,
  client,
  openScenario,
  pluginFile,
  requireClient,
  type Scenario,
  soon,
} from "./harness/scenario.ts";

// Of who holds the lock: longer than any test takes.
const LIMIT = 300_000;
const done: Turn = { text: "done" };
const plans = (name: string): Turn => ({ tools: [write(`.ai/plan-${name}.md`, `# ${name}\n`)] });
const works: Turn = { tools: [bash("true")] };
/** Two points and a plan. */
const TURNS: readonly Turn[] = [plans("demo"), works, done];
const ALL = { points: 2, plans: ["demo"], untracked: [] };

/** One run, to its end, in which the model was asked for all that it has to say. */
async function runWhole({ run, server }: Scenario, turns = TURNS): Promise<string | undefined> {
  const { code, signal, stderr, sessionID } = await run("work");
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: "" });
  expect(server.turnsUsed()).toBe(turns.length);
  return sessionID;
}

describe.skipIf(client === undefined)("the session goes on", () => {
  test("when a part of the plugin throws in every hook: one warning, and all is recorded", async () => {
    const flushChild = fileURLToPath(new URL("flush-child.js", builtPlugin));
    const plugin = await bundlePlugin("with-throwing-part.ts");
    const scenario = await openScenario({ turns: TURNS, plugins: [[plugin, { flushChild }]] });
    await runWhole(scenario);
    expect(scenario.log()).toEqual([
      expect.stringContaining("cabinet: throwing failed: on purpose"),
    ]);
    expect(await outcomeOf(scenario)).toEqual(ALL);
    expectNothingElse(scenario);
  });

  test("when somebody holds the registry's lock to its end: it is told, and the plan stays untracked", async () => {
    const scenario = await openScenario({ turns: TURNS });
    const letGo = await holdRegistry(scenario);
    await runWhole(scenario);
    // Where a turn takes long, the patience for the lock may be over before the session is: a warning of each kind.
    const told = /cabinet: filing a plan (has not come to its end|failed: .* is still locked)/;
    const kinds = scenario.log().map((line) => told.exec(line)?.[1]?.slice(0, 6));
    expect([["has no"], ["failed"], ["failed", "has no"]]).toContainEqual(kinds);
    await letGo();
    expect(await outcomeOf(scenario)).toEqual({ points: 2, plans: [], untracked: ["demo"] });
  });

  test("when somebody holds the registry's lock for a while: the plan is filed behind it", async () => {
    const turns = [plans("demo"), { tools: [bash(`touch written; ${UNTIL_RELEASED}`)] }, done];
    const scenario = await openScenario({ turns });
    const letGo = await holdRegistry(scenario);
    const whole = runWhole(scenario, turns);
    await soon(() => isThere(scenario, "written"), "the command behind the plan");
    await letGo();
    await scenario.cabinet("plans");
    release(scenario);
    await whole;
    // Where it took longer than the patience for the lock, it was filed with the next hook.
    expect(scenario.log().filter((line) => !line.includes("is still locked"))).toEqual([]);
    expect(await outcomeOf(scenario)).toEqual(ALL);
  });

  test.each([
    ["LMDB", () => undefined, "lmdb is not installed"],
    [
      "LMDB's build for this platform",
      (modules: string) => {
        const lmdb = realpathSync(fileURLToPath(new URL("../node_modules/lmdb", import.meta.url)));
        cpSync(lmdb, join(modules, "lmdb"), { recursive: true });
      },
      "@lmdb/lmdb-",
    ],
  ])(
    "without %s: one warning, agents are not tracked, and plans are filed",
    async (_name, install, told) => {
      const folder = temporaryFolder();
      cpSync(dirname(fileURLToPath(builtPlugin)), join(folder, "dist"), { recursive: true });
      mkdirSync(join(folder, "node_modules"));
      install(join(folder, "node_modules"));
      const plugin = pluginFile(join(folder, "dist/index.js"));
      const scenario = await openScenario({ turns: TURNS, plugins: [plugin] });
      await runWhole(scenario);
      expect(scenario.log()).toEqual([expect.stringContaining(told)]);
      expect(scenario.log()[0]).toContain("agents are not tracked");
      expect(await outcomeOf(scenario)).toEqual({ ...ALL, points: 0 });
    },
  );

  test.each<[string, object, string, number]>([
    ["of a name that is none", { databasPath: "x" }, 'no option \\"databasPath\\"', 2],
    ["of a wrong type", { enableCommands: "yes" }, "enableCommands must be true or false", 2],
    ["out of its range", { maxDatabaseSize: 5 }, "maxDatabaseSize must be a whole number", 0],
    ["that is no path", { databasePath: 5 }, "databasePath must be a path", 0],
    ["of another word", { leaseConflicts: "no" }, "leaseConflicts must be", 2],
  ])(
    "with options %s: one warning that says what they must be, and the rest works",
    async (_what, options, told, points) => {
      const scenario = await openScenario({ turns: TURNS, options });
      await runWhole(scenario);
      expect(scenario.log()).toEqual([expect.stringContaining(told)]);
      expect(await outcomeOf(scenario)).toEqual({ ...ALL, points });
    },
  );

  test.each<[string, string, object]>([
    ["factory", "before", ALL],
    ["factory", "behind", ALL],
    ["event", "before", ALL],
    ["event", "behind", ALL],
    // The client runs no tool then, and asks nobody behind it.
    ["tool.execute.before", "before", { points: 0, plans: [], untracked: [] }],
    ["tool.execute.before", "behind", { points: 0, plans: [], untracked: [] }],
    ["tool.execute.after", "before", { points: 0, plans: [], untracked: ["demo"] }],
    ["tool.execute.after", "behind", ALL],
  ])(
    "when the %s of another plugin fails, %s ours: all that the client tells us is recorded",
    async (where, place, outcome) => {
      const path = join(import.meta.dirname, "plugins/of-somebody-else.ts");
      const other = [pluginFile(path), { where }] as const;
      const plugins = place === "before" ? [other, builtPlugin] : [builtPlugin, other];
      const scenario = await openScenario({ turns: TURNS, plugins });
      expect((await scenario.run("work")).code).toBe(0);
      expect(scenario.server.turnsUsed()).toBe(TURNS.length);
      expect(scenario.log()).toEqual([]);
      expect(await outcomeOf(scenario)).toEqual(outcome);
    },
  );

  test("when the client is killed in the middle of a turn: what was before is there, once", async () => {
    const scenario = await openScenario({
      turns: [plans("before"), works, { hangs: true }, plans("behind"), done],
    });
    const { kill, ended } = scenario.start(...runArguments("work"));
    await soon(() => (scenario.server.turnsUsed() === 3 ? true : undefined), "the turn");
    kill();
    expect(await ended).toMatchObject({ code: null, signal: "SIGKILL" });
    expect((await scenario.run("work")).code).toBe(0);
    expect(scenario.log()).toEqual([]);
    const all = { points: 3, plans: ["before", "behind"], untracked: [] };
    expect(await outcomeOf(scenario)).toEqual(all);
    expect(await outcomeOf(scenario)).toEqual(all);
    expectNothingElse(scenario);
  });

  test("when two clients work on one project: both plans are filed, and no point is lost", async () => {
    const turnsOf = (name: string): Turn[] => [
      plans(name),
      ...Array.from({ length: 8 }, () => works),
      done,
    ];
    const scenario = await openScenario({ turns: [done, ...turnsOf("one")] });
    // Two clients that make their own database at once may fail over that.
    await scenario.run("begin");
    const server = await startModelServer(turnsOf("two"));
    onTestFinished(server.close);
    const provider = { local: { options: { baseURL: server.url } } };
    const env = { ...scenario.env, OPENCODE_CONFIG_CONTENT: JSON.stringify({ provider }) };
    const other = startClient(requireClient(), runArguments("work"), { ...scenario, env });
    onTestFinished(other.kill);
    const endings = await Promise.all([scenario.run("work"), other.ended]);
    expect(endings.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: "" },
      { code: 0, stderr: "" },
    ]);
    expect(server.turnsUsed()).toBe(10);
    expect(scenario.log()).toEqual([]);
    const { points, plans: filed } = await outcomeOf(scenario);
    expect({ points, filed: filed.toSorted() }).toEqual({ points: 18, filed: ["one", "two"] });
    expectNothingElse(scenario);
  });
});

function isThere({ repository }: Scenario, name: string): true | undefined {
  return readdirSync(repository).includes(name) ? true : undefined;
}

/** Another process has the lock of the registry, until the answer is called, or the test is over. */
async function holdRegistry({ repository }: Scenario): Promise<() => Promise<unknown>> {
  const program = fileURLToPath(
    new URL("../../../packages/atomic-fs/test/programs/hold.ts", import.meta.url),
  );
  mkdirSync(join(repository, ".ai"), { recursive: true });
  const holder = runTypeScript(program, [join(repository, ".ai/.session-plans.json")], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: LIMIT,
  });
  const ended = endOf(holder);
  const letGo = async (): Promise<unknown> => {
    holder.kill("SIGKILL");
    return ended;
  };
  onTestFinished(() => void letGo());
  let said = "";
  holder.stdout?.on("data", (text: Buffer) => (said += text.toString()));
  await soon(() => (said.includes("held") ? true : undefined), "the lock");
  return letGo;
}
