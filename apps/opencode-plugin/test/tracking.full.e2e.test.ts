import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { bash, commits, write } from "./harness/calls.ts";
import type { Turn } from "./harness/model-server.ts";
import {
  agentsOf,
  client,
  commitAt,
  openScenario,
  type Scenario,
  soon,
} from "./harness/scenario.ts";
import { serve } from "./harness/serve-client.ts";

const AGENT = "build@local/scripted";
const done: Turn = { text: "done" };

async function recordOf({ cabinet }: Scenario): Promise<Record<string, unknown>> {
  const { agents } = (await cabinet("tracker", "agents")).data;
  return Object.fromEntries(agents.map((agent: { id: string }) => [agent.id, agent]));
}

describe.skipIf(client === undefined)("the track record, in the real client", () => {
  test("tools that succeed earn a point each, a failing command or tool none", async () => {
    const scenario = await openScenario({
      turns: [
        { tools: [write("a.txt", "a"), bash("true")] },
        { tools: [bash("exit 3")] },
        { tools: [{ name: "read", args: { filePath: "not-there.txt" } }] },
        done,
      ],
    });
    expect((await scenario.run("work")).code).toBe(0);
    expect(await recordOf(scenario)).toMatchObject({
      [AGENT]: { experience_points: 2, scope: scenario.repository },
    });
  });

  test("at the end, a child that nobody waits for brings the record up to date", async () => {
    const scenario = await openScenario({ turns: [{ tools: [bash("true")] }, done] });
    expect((await scenario.run("work")).code).toBe(0);
    const points = () =>
      agentsOf(scenario.database).find(({ experience_points }) => experience_points === 1);
    expect(await soon(points, "the agent on record")).toMatchObject({ id: AGENT });
  });

  test("a command earns two, one whose turn fails none", async () => {
    const scenario = await openScenario({ turns: [done, { fails: true }] });
    await scenario.run({ command: "apply", prompt: "mend it" });
    expect(await recordOf(scenario)).toMatchObject({ [AGENT]: { experience_points: 2 } });
    await scenario.run({ command: "apply", prompt: "mend it" });
    expect(await recordOf(scenario)).toMatchObject({ [AGENT]: { experience_points: 2 } });
  });

  test("commits are found wherever the shell makes them, each once, and an amended one is none", async () => {
    const scenario = await openScenario({
      turns: [
        {
          tools: [
            bash(
              "git init --quiet inner && cd inner && git -c user.name=A -c user.email=a@b commit --quiet --allow-empty -m 'inner one'",
            ),
          ],
        },
        // A `git status` that refreshes the index would lock it, and the commit beside it fail.
        { tools: [commits("the first"), bash("git --no-optional-locks status")] },
        {
          tools: [
            bash(
              "git commit --quiet --allow-empty -m two; git commit --quiet --allow-empty -m three; exit 1",
            ),
          ],
        },
        { tools: [bash("git commit --quiet --amend --allow-empty -m 'three again'")] },
        { tools: [bash("git log --oneline | cat; git commit -m nothing")] },
        done,
      ],
    });
    expect((await scenario.run("commit")).code).toBe(0);
    const { commits: found } = (await scenario.cabinet("tracker", "commits", "build")).data;
    const tasks = found.map(({ task }: { task: string }) => task);
    expect(tasks.toSorted()).toEqual(["inner one", "the first", "three", "two"]);
    expect(found).toContainEqual(
      expect.objectContaining({
        task: "inner one",
        project_path: join(scenario.repository, "inner"),
      }),
    );
    expect(await recordOf(scenario)).toMatchObject({ [AGENT]: { total_commits: 4 } });
  });

  test("a push brings the record up to date while the session goes on", async () => {
    const scenario = await openScenario({
      turns: [
        { tools: [commits("to be pushed")] },
        { tools: [bash("git push --quiet origin main")] },
        { text: "and now", hangs: true },
      ],
      hasRemote: true,
    });
    writeFileSync(join(scenario.repository, "new.txt"), "new");
    const { kill, ended } = scenario.start("run", "--format", "json", "push");
    await soon(
      () => agentsOf(scenario.database).find(({ id }) => id === AGENT),
      "the agent on record",
    );
    kill();
    await ended;
    expect(commitAt(`${scenario.repository}.git`, "main")).toBe(commitAt(scenario.repository));
    const { commits: found } = (await scenario.cabinet("tracker", "commits", "build")).data;
    expect(found).toMatchObject([{ task: "to be pushed" }]);
  });

  test("a session that is idle, or deleted, brings it up to date, and the client goes on", async () => {
    const scenario = await openScenario({
      turns: [{ tools: [bash("true")] }, done, { tools: [bash("true")] }, { hangs: true }],
    });
    const server = await serve(scenario);
    const points = (wanted: number) =>
      soon(
        () => agentsOf(scenario.database).find((agent) => agent.experience_points === wanted),
        `${wanted} points`,
      );
    const first = await server.createSession();
    await server.prompt(first, "work");
    await points(1);
    const second = await server.createSession();
    void server.prompt(second, "work").catch(() => undefined);
    await soon(() => (scenario.server.turnsUsed() === 4 ? true : undefined), "the second tool");
    await server.request("DELETE", `/session/${second}`);
    expect(await points(2)).toMatchObject({ id: AGENT });
    await server.end();
  });

  test("a halted agent works on, and earns", async () => {
    const scenario = await openScenario({
      turns: [
        { tools: [{ name: "cabinet_bug", args: { what: "it was wrong" } }] },
        { tools: [bash("true")] },
        done,
      ],
    });
    await scenario.run("work");
    expect(await recordOf(scenario)).toMatchObject({
      [AGENT]: { halted: true, total_bugs: 1, experience_points: 1 },
    });
  });

  test("with the option, the tools of a halted agent are refused until it is reinstated", async () => {
    const turns: Turn[] = [{ tools: [bash("echo ran > ran.txt")] }, done];
    const scenario = await openScenario({
      turns: [{ tools: [{ name: "cabinet_bug", args: {} }] }, done, ...turns, ...turns],
      options: { blockHaltedAgents: true },
    });
    await scenario.run("report");
    const isHalted = () =>
      agentsOf(scenario.database).find(({ id, skill_points }) => id === AGENT && skill_points <= 0);
    await soon(isHalted, "the halt, in the copy for hosts");
    await scenario.run("work");
    const told = JSON.stringify(scenario.server.requests.map(({ messages }) => messages.at(-1)));
    expect(told).toMatch(
      /is halted, for it has no skill points left.*cabinet tracker reinstate build@local/,
    );
    await scenario.cabinet("tracker", "reinstate", "build", "--reason", "looked at it");
    await scenario.run("work");
    expect(await recordOf(scenario)).toMatchObject({
      [AGENT]: { halted: false, experience_points: 1 },
    });
  });

  test("the agent grades its commit, keeps its journal, and sees where it stands", async () => {
    const scenario = await openScenario({
      turns: [
        { tools: [write("a.txt", "a")] },
        { tools: [commits("graded")] },
        {
          tools: [
            { name: "cabinet_grade", args: { agent_grade: 2, user_grade: 5, note: "went well" } },
          ],
        },
        {
          tools: [
            {
              name: "cabinet_journal",
              args: { task: "login", outcome: "it works", decisions: "no cookies" },
            },
          ],
        },
        { tools: [{ name: "cabinet_status", args: {} }] },
        done,
      ],
    });
    await scenario.run("work");
    const status: { agent: object } = JSON.parse(scenario.lastTold());
    expect(status.agent).toMatchObject({ id: AGENT, communication_score: 67, total_commits: 1 });
    const { activities } = (await scenario.cabinet("tracker", "journal", "build")).data;
    expect(activities).toMatchObject([
      { task: "login", outcome: "it works", decisions: "no cookies" },
    ]);
    const { retrospectives } = (await scenario.cabinet("tracker", "retrospectives", "build")).data;
    expect(retrospectives).toMatchObject([
      {
        agent_note: "went well",
        agent_grade: 2,
        user_grade: 5,
        score_before: 60,
        score_after: 67,
        task: "graded",
      },
    ]);
  });

  test("arguments of a tool that are wrong are told to the model, and nothing is recorded", async () => {
    const scenario = await openScenario({
      turns: [
        { tools: [{ name: "cabinet_grade", args: { agent_grade: 3, commit: "abc" } }] },
        done,
      ],
    });
    await scenario.run("work");
    expect(scenario.lastTold()).toContain("agent_grade");
    expect(await recordOf(scenario)).toMatchObject({ [AGENT]: { communication_score: 60 } });
  });
});
