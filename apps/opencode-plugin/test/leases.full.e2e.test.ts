import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { task, write } from "./harness/calls.ts";
import type { Turn } from "./harness/model-server.ts";
import { client, openScenario } from "./harness/scenario.ts";

const grant = (phase: string, ...write_set: string[]): Turn => ({
  tools: [{ name: "cabinet_lease_grant", args: { phase, write_set } }],
});
const done: Turn = { text: "done" };
const writesLogin: Turn = { tools: [write("src/auth/login.ts", "export {};\n")] };

describe.skipIf(client === undefined)("leases, in the real client", () => {
  test("an agent gets a lease, writes what it is about, and closes it", async () => {
    const scenario = await openScenario({
      turns: [
        grant("3", "src/auth/**"),
        writesLogin,
        { tools: [{ name: "cabinet_lease_close", args: { phase: "03" } }] },
        done,
      ],
      options: { leaseConflicts: "refuse" },
    });
    expect((await scenario.run("work")).code).toBe(0);
    expect(existsSync(join(scenario.repository, "src/auth/login.ts"))).toBe(true);
    expect((await scenario.cabinet("lease", "list")).data.leases).toMatchObject([
      {
        phase_id: "3",
        lease_state: "closed",
        agent_id: "build@local/scripted",
        epoch: 1,
        branch_name: "main",
      },
    ]);
    expect(scenario.log()).toEqual([]);
  });

  test("a phase that somebody has is refused, and the agent is told whose it is", async () => {
    const scenario = await openScenario({ turns: [grant("3"), done] });
    await scenario.cabinet("lease", "grant", "3", "--agent", "somebody");
    await scenario.run("work");
    expect(scenario.lastTold()).toMatch(/phase 3 already has an open lease/);
  });

  test("who else is going to write a file is asked for, and shown by the status", async () => {
    const scenario = await openScenario({
      turns: [
        { tools: [{ name: "cabinet_lease_conflicts", args: { files: ["src/auth/login.ts"] } }] },
        { tools: [{ name: "cabinet_status", args: {} }] },
        done,
      ],
    });
    await scenario.cabinet("lease", "grant", "3", "--agent", "somebody", "--write", "src/auth/**");
    await scenario.run("work");
    const [, first, second] = scenario.server.requests.map(({ messages }) =>
      String(messages.at(-1)?.content),
    );
    expect(JSON.parse(first ?? "")).toMatchObject({
      conflicts: [
        {
          file: "src/auth/login.ts",
          covered_by: "src/auth/**",
          lease: { phase: "3", agent: "somebody" },
        },
      ],
    });
    expect(JSON.parse(second ?? "")).toMatchObject({ plan: null, leases: [{ phase: "3" }] });
  });

  test.each([
    ["warned of", {}, true],
    ["refused, with the option", { leaseConflicts: "refuse" }, false],
    ["nobody's business, with the option off", { leaseConflicts: "off" }, true],
  ])("a write into the write set of somebody else is %s", async (how, options, isWritten) => {
    const scenario = await openScenario({ turns: [writesLogin, done], options });
    await scenario.cabinet("lease", "grant", "3", "--agent", "somebody", "--write", "src/auth/**");
    expect((await scenario.run("work")).code).toBe(0);
    expect(existsSync(join(scenario.repository, "src/auth/login.ts"))).toBe(isWritten);
    const isTold = !how.startsWith("nobody");
    expect(/write set of the open lease of phase 3 of somebody/.test(scenario.lastTold())).toBe(
      isTold,
    );
    expect(scenario.log()).toHaveLength(how === "warned of" ? 1 : 0);
  });

  test("a session works under the lease of the one that started it", async () => {
    const scenario = await openScenario({
      turns: [
        grant("3", "src/**"),
        { tools: [task("write it")] },
        writesLogin,
        { text: "written" },
        done,
      ],
      options: { leaseConflicts: "refuse" },
    });
    await scenario.run("work");
    expect(readFileSync(join(scenario.repository, "src/auth/login.ts"), "utf8")).toBe(
      "export {};\n",
    );
  });

  test("a client under `cabinet lease run` works under its lease", async () => {
    const scenario = await openScenario({
      turns: [writesLogin, done],
      options: { leaseConflicts: "refuse" },
    });
    const around = [{ root: scenario.repository, phase: "3", epoch: 1 }];
    scenario.env["CABINET_LEASES"] = JSON.stringify(around);
    await scenario.cabinet("lease", "grant", "3", "--write", "src/**");
    await scenario.run("work");
    expect(existsSync(join(scenario.repository, "src/auth/login.ts"))).toBe(true);
  });
});
