import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { edit, task, write } from "./harness/calls.ts";
import { client, openScenario, type Scenario } from "./harness/scenario.ts";

const PLAN = ".ai/plan-demo.md";

describe.skipIf(client === undefined)("plans, in the real client", () => {
  test("an agent edits a plan that is there: it is filed for its session", async () => {
    const scenario = await openScenario({
      turns: [
        { tools: [{ name: "read", args: { filePath: PLAN } }] },
        { tools: [edit(PLAN, "one", "two")] },
      ],
      files: { [PLAN]: "one\n" },
    });
    await assertFiled(scenario);
  });

  test("an agent whose model is offered apply_patch: the same", async () => {
    const patchText = `*** Begin Patch\n*** Add File: ${PLAN}\n+# Demo plan\n*** End Patch`;
    const scenario = await openScenario({
      turns: [{ tools: [{ name: "apply_patch", args: { patchText } }] }],
      model: "gpt-5-scripted",
    });
    await assertFiled(scenario);
  });

  test("a subagent writes it: it is filed for the subagent's session, with its parent", async () => {
    const { run, cabinet } = await openScenario({
      turns: [
        { tools: [task("write the plan")] },
        { tools: [write(PLAN, "# Demo plan\n")] },
        { text: "written" },
        { text: "done" },
      ],
    });
    const { code, sessionID } = await run("have it planned");
    expect(code).toBe(0);
    const { plans } = (await cabinet("plans")).data;
    expect(plans).toMatchObject([{ plan: "demo", parentID: sessionID }]);
    expect(plans[0].sessionID).not.toBe(sessionID);
  });

  test("in a subfolder, plans are filed where they are written: there, or at the top", async () => {
    const scenario = await openScenario({
      turns: [
        { tools: [write(".ai/plan-inner.md", "# Inner\n")] },
        { tools: [write("../.ai/plan-outer.md", "# Outer\n")] },
      ],
    });
    const inner = join(scenario.repository, "inner");
    mkdirSync(inner);
    writeFileSync(join(inner, "README.md"), "");
    const { code } = await scenario.run("plan", { folder: "inner" });
    expect(code).toBe(0);
    expect((await scenario.cabinet("plans")).data.plans).toMatchObject([{ plan: "outer" }]);
  });

  test("without the plugin the plan stays untracked: the tests above can fail", async () => {
    const { run, cabinet } = await openScenario({
      turns: [{ tools: [write(PLAN, "# Demo plan\n")] }],
      plugins: [],
    });
    expect((await run("write the plan")).code).toBe(0);
    expect((await cabinet("plans")).data).toMatchObject({ plans: [], untracked: ["demo"] });
  });
});

async function assertFiled({ run, cabinet, log }: Scenario): Promise<void> {
  const { code, sessionID } = await run("the plan");
  expect(code).toBe(0);
  expect((await cabinet("plans")).data).toMatchObject({
    plans: [{ plan: "demo", status: "created", sessionID }],
    untracked: [],
  });
  expect(log()).toEqual([]);
}
