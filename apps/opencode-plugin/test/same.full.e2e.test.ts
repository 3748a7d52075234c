import { describe, expect, test } from "vitest";

import { bash, commits, edit, write } from "./harness/calls.ts";
import type { Turn } from "./harness/model-server.ts";
import { builtPlugin, client, openScenario } from "./harness/scenario.ts";

const TURNS: readonly Turn[] = [
  // One call a turn: of several at once, whichever is done first is shown first.
  { text: "I begin.", tools: [write("a.txt", "one\n")] },
  { tools: [bash("exec 2>&1; echo said; echo complained >&2")] },
  { tools: [edit("a.txt", "one", "two")] },
  { tools: [{ name: "read", args: { filePath: "not-there.txt" } }] },
  { tools: [bash("exit 3")] },
  { tools: [write(".ai/plan-demo.md", "# Demo\n")] },
  { tools: [commits("what was done")] },
  { text: "That is all." },
];

interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the client says of the script, without what is another each time. */
async function said(args: readonly string[], plugins: readonly string[]): Promise<Said> {
  const { start, base, server } = await openScenario({ turns: TURNS, plugins });
  const { code, stdout, stderr } = await start("run", ...args, "work").ended;
  expect(server.turnsUsed()).toBe(TURNS.length);
  const same = (text: string): string =>
    text
      .replaceAll(base, "<base>")
      .replace(/\b(ses|msg|prt)_\w+/g, "$1_<id>")
      .replace(/\b\d{13}\b/g, "<time>")
      .replace(/\b[\da-f]{7,40}\b/g, "<hash>");
  return { code, stdout: same(stdout), stderr: same(stderr) };
}

describe.skipIf(client === undefined)("with the plugin and without it", () => {
  test.each([["json"], ["default"]])(
    "the client says the same of the same work, in its format %s",
    async (format) => {
      const args = ["--format", format];
      const without = await said(args, []);
      expect(without).toMatchObject({ code: 0, stdout: expect.stringContaining("That is all.") });
      expect(await said(args, [builtPlugin])).toEqual(without);
    },
  );
});
