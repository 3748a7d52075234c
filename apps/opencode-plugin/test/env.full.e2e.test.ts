import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { isInstalled } from "../../../test/is-installed.ts";
import { bash, type Call, edit, task, write } from "./harness/calls.ts";
import { client, openScenario } from "./harness/scenario.ts";

const SECRET = "secret-of-the-test";
const FILES = { ".env": `TOKEN=${SECRET}\n`, ".env.example": "TOKEN=\n", "a.txt": "a\n" };
const PATCH = "*** Begin Patch\n*** Update File: .env\n@@\n-TOKEN=x\n+TOKEN=y\n*** End Patch";

describe.skipIf(client === undefined)("files with secrets, in the real client", () => {
  test.each<[string, Call, string?]>([
    ["read", { name: "read", args: { filePath: ".env" } }],
    ["write", write(".env", "TOKEN=other\n")],
    ["edit", edit(".env", "TOKEN", "OTHER")],
    ["patch", { name: "apply_patch", args: { patchText: PATCH } }, "gpt-5-scripted"],
    ["shell", bash(`cat "$PWD/.env"`)],
    ["glob", { name: "glob", args: { pattern: "**/.env*" } }],
  ])(
    "%s is refused before it runs, the agent is told why, and the session goes on",
    async (_, call, model = "scripted") => {
      const scenario = await openScenario({
        turns: [{ tools: [call] }, { tools: [bash("echo on > on.txt")] }, { text: "done" }],
        files: FILES,
        model,
      });
      expect((await scenario.run("look")).code).toBe(0);
      const told = JSON.stringify(scenario.server.requests[1]?.messages.at(-1));
      expect(told).toMatch(/refused: .*\.env/);
      expect(JSON.stringify(scenario.server.requests)).not.toContain(SECRET);
      expect(readFileSync(join(scenario.repository, ".env"), "utf8")).toBe(FILES[".env"]);
      expect(existsSync(join(scenario.repository, "on.txt"))).toBe(true);
      expect(scenario.log()).toEqual([]);
    },
  );

  test.skipIf(!isInstalled("rg"))(
    "what grep finds in them, in a whole folder, is left out, and how many files that were is said",
    async () => {
      const scenario = await openScenario({
        turns: [{ tools: [{ name: "grep", args: { pattern: "TOKEN|^a$" } }] }, { text: "done" }],
        files: FILES,
      });
      await scenario.run("look");
      expect(scenario.lastTold()).toContain("a.txt");
      expect(scenario.lastTold()).toContain("2 files were left out");
      expect(scenario.lastTold()).not.toContain("TOKEN");
    },
  );

  test("a subagent is given none by a reference in its prompt, and hears of one by its name", async () => {
    const prompts = ["look at @.env", "look at @./sub/.env.local.", "look at @link"];
    const scenario = await openScenario({
      turns: [
        ...prompts.map((prompt) => ({ tools: [task(prompt)] })),
        { tools: [task("see .env, ask me@.env.example, and look at @a.txt")] },
        { text: "seen" },
        { text: "done" },
      ],
      files: { ...FILES, "sub/.env.local": `TOKEN=${SECRET}\n` },
    });
    symlinkSync("sub/.env.local", join(scenario.repository, "link"));
    // The references are relative to the top of the checkout, wherever the client is started.
    expect((await scenario.run("look", { folder: "sub" })).code).toBe(0);
    const asked = scenario.server.requests.map(({ messages }) => JSON.stringify(messages.at(-1)));
    for (const told of asked.slice(1, 4)) expect(told).toMatch(/refused: .*\.env/);
    expect(asked[4]).toContain("see .env");
    expect(asked[4]).toMatch(/a\.txt.*<content>/s);
    expect(asked[5]).toContain("seen");
    expect(JSON.stringify(scenario.server.requests)).not.toContain(SECRET);
    expect(scenario.log()).toEqual([]);
  });

  test("an example is one too, but for the option; with protection off, all is as it was", async () => {
    const read = (filePath: string): Call => ({ name: "read", args: { filePath } });
    const turns = [{ tools: [read(".env.example"), read(".env")] }, { text: "done" }];
    const allowing = await openScenario({
      turns,
      files: FILES,
      options: { allowEnvironmentExamples: true },
    });
    await allowing.run("look");
    const told = JSON.stringify(allowing.server.requests.at(-1)?.messages);
    expect(told).toContain("TOKEN=");
    expect(told).not.toContain(SECRET);
    const off = await openScenario({
      turns,
      files: FILES,
      options: { enableEnvironmentProtection: false },
    });
    await off.run("look");
    expect(JSON.stringify(off.server.requests)).toContain(SECRET);
  });
});
