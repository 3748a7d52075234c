import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { bash, commits, write } from "./harness/calls.ts";
import { client, commitAt, openScenario } from "./harness/scenario.ts";

describe.skipIf(client === undefined)("in the real client", () => {
  test("an agent writes a plan; it is filed for the session, cabinet lists it, and a shell knows the session", async () => {
    const text = "# Demo plan\n";
    const { run, repository, cabinet } = await openScenario({
      turns: [
        { tools: [write(".ai/plan-demo.md", text)] },
        { tools: [bash('printf %s "$CABINET_SESSION" > session')] },
        { text: "The plan is written." },
      ],
    });
    const { code, sessionID } = await run("write the plan");
    expect(code).toBe(0);
    expect(readFileSync(join(repository, ".ai/plan-demo.md"), "utf8")).toBe(text);
    expect(await cabinet("plans")).toMatchObject({
      ok: true,
      data: {
        plans: [{ plan: "demo", status: "created", sessionID, fileExists: true }],
        untracked: [],
      },
      warnings: [],
    });
    const asked = readFileSync(join(repository, "session"), "utf8");
    expect(asked).toBe(sessionID);
    expect((await cabinet("status", "--session", asked)).data.plan).toMatchObject({
      session: { id: sessionID, from: "option" },
      plan: { plan: "demo", sessionID },
    });
  });

  test("what an agent did counts: a tool each, and a commit with its hash and message", async () => {
    const { run, repository, cabinet, log } = await openScenario({
      turns: [{ tools: [bash("echo 1 > one")] }, { tools: [commits("the first one")] }],
    });
    expect((await run("work")).code).toBe(0);
    const { data } = await cabinet("tracker", "commits", "build");
    expect(data.commits).toMatchObject([
      { commit_hash: commitAt(repository), project_path: repository, task: "the first one" },
    ]);
    expect((await cabinet("tracker", "agents")).data.agents).toMatchObject([
      { id: "build@local/scripted", experience_points: 7, total_commits: 1 },
    ]);
    expect(log()).toEqual([]);
  });

  test("a file with secrets is not read, and the agent is told why", async () => {
    const { run, repository, lastTold } = await openScenario({
      turns: [{ tools: [{ name: "read", args: { filePath: ".env" } }] }],
    });
    writeFileSync(join(repository, ".env"), "TOKEN=secret-of-the-demo\n");
    expect((await run("look")).code).toBe(0);
    expect(lastTold()).toMatch(/\.env/);
    expect(lastTold()).not.toContain("secret-of-the-demo");
  });
});
