import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { write } from "./harness/calls.ts";
import { client, openScenario, type Scenario } from "./harness/scenario.ts";

const FILES = {
  ".ai/plan-login.md": "# Login\n\nRate limit the form.\n",
  ".ai/plan-login-tests.md": "# Tests of the login\n",
  ".ai/plan-search.md": "# Search\n",
  ".ai/notes.md": "mine\n",
};

/** What the model was given for a command. */
async function told(scenario: Scenario, command: string, prompt = ""): Promise<string> {
  const { code } = await scenario.run({ command, prompt });
  expect(code).toBe(0);
  return scenario.lastTold();
}

async function statuses({ cabinet }: Scenario): Promise<Record<string, string>> {
  const { plans } = (await cabinet("plans")).data;
  return Object.fromEntries(
    plans.map(({ plan, status }: { plan: string; status: string }) => [plan, status]),
  );
}

describe.skipIf(client === undefined)("commands, in the real client", () => {
  test("/plans is a table of all plans, registered or not", async () => {
    const scenario = await openScenario({ turns: [], files: FILES });
    await scenario.cabinet("plans", "adopt", "search", "--session", "ses_66d1demo");
    const text = await told(scenario, "plans");
    expect(text).toMatch(/\| search \| created \| ses_66d1demo \| 20/);
    expect(text).toMatch(/\| login \| untracked \|/);
  });

  test("/synth without a name is the session's own plan, which becomes executed", async () => {
    const scenario = await openScenario({
      turns: [{ tools: [write(".ai/plan-own.md", "# My own\n")] }, { text: "planned" }],
      files: FILES,
    });
    const { sessionID = "" } = await scenario.run("plan it");
    const { code } = await scenario.run({ command: "synth", prompt: "", session: sessionID });
    expect(code).toBe(0);
    expect(scenario.lastTold()).toMatch(/^\[SESSION-RESOLVED\] own[^]*# My own/);
    expect(await statuses(scenario)).toEqual({ own: "executed" });
  });

  test("/synth of a session without a plan says so, and which there are", async () => {
    const scenario = await openScenario({ turns: [], files: FILES });
    const text = await told(scenario, "synth");
    expect(text).toMatch(/No plan is associated[^]*`login`, `login-tests`, `search`/);
    expect(await statuses(scenario)).toEqual({});
  });

  test.each([
    ["exact", "login", "Plan: login", "Rate limit the form."],
    ["part of one", "sea", "[AUTO-RESOLVED] search", "# Search"],
    ["a name in other letters", "LOGIN", "[AUTO-RESOLVED] login", "Rate limit the form."],
  ])(
    "/synth with a name, %s: that plan becomes executed, not the session's own",
    async (_, name, how, body) => {
      const scenario = await openScenario({ turns: [], files: FILES });
      await scenario.cabinet("plans", "adopt", "login", "--session", "ses_66d1other1");
      await scenario.cabinet("plans", "adopt", "search", "--session", "ses_66d1other2");
      const text = await told(scenario, "synth", name);
      expect(text.startsWith(how)).toBe(true);
      expect(text).toContain(body);
      const plan = how.endsWith("search") ? "search" : "login";
      expect(await statuses(scenario)).toEqual({
        login: "created",
        search: "created",
        [plan]: "executed",
      });
    },
  );

  test.each([
    ["ambiguous", "log", "`login`, `login-tests`."],
    ["unknown", "payments", "`login`, `login-tests`, `search`."],
  ])(
    "/synth with a name that is %s changes nothing, and lists the plans that may be meant",
    async (_, name, names) => {
      const scenario = await openScenario({ turns: [], files: FILES });
      const text = await told(scenario, "synth", name);
      expect(text).toContain(`"${name}"`);
      expect(text).toContain(`which one is meant: ${names}`);
      expect(text).not.toContain("Rate limit");
      expect(await statuses(scenario)).toEqual({});
    },
  );

  test("/clean puts the plans and their registry away, and cabinet restore brings them back", async () => {
    const scenario = await openScenario({ turns: [], files: FILES });
    await scenario.cabinet("plans", "adopt", "login", "--session", "ses_66d1demo");
    const text = await told(scenario, "clean");
    expect(text).toMatch(/Deleted 3 file\(s\)\. Removed session-plan registry\./);
    const at = (name: string): string => join(scenario.repository, name);
    expect(existsSync(at(".ai/plan-login.md"))).toBe(false);
    expect(readFileSync(at(".ai/notes.md"), "utf8")).toBe("mine\n");
    await scenario.cabinet("restore", "plans");
    expect(readFileSync(at(".ai/plan-login.md"), "utf8")).toBe(FILES[".ai/plan-login.md"]);
    expect(await statuses(scenario)).toEqual({ login: "created" });
  });

  test.each([
    ["no plans", { ".ai/notes.md": "mine\n" }, "No `.md` files found"],
    ["no folder", {}, "No `.ai/` directory found"],
  ])("/clean where there are %s says so", async (_, files, said) => {
    const scenario = await openScenario({ turns: [], files });
    expect(await told(scenario, "clean")).toContain(said);
  });

  test("/apply is an order for a small edit, here; without one, how it is used", async () => {
    const scenario = await openScenario({ turns: [] });
    const text = await told(scenario, "apply", "mend the typo");
    expect(text).toContain(`[APPLY-MODE] Working directory: ${scenario.repository}`);
    expect(text).toContain("mend the typo");
    expect(await told(scenario, "apply")).toContain("Usage:");
  });

  test("a command of the user's own of that name stays theirs", async () => {
    const scenario = await openScenario({
      turns: [],
      files: FILES,
      config: { command: { plans: { template: "My own plans: $ARGUMENTS" } } },
    });
    writeFileSync(join(scenario.repository, "notes.txt"), "");
    expect(await told(scenario, "plans", "all")).toBe("My own plans: all");
    expect(await told(scenario, "clean")).toContain("Deleted 3 file(s)");
  });
});
