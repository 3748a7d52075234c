import { expect, test } from "vitest";
import * as z from "zod/mini";

import { agentTool, described } from "./agent-tool.ts";

const context = { sessionID: "ses_1" };

function counting() {
  const runs: unknown[] = [];
  const tool = agentTool({
    name: "cabinet_count",
    description: "Counts.",
    args: {
      what: described(z.string().check(z.minLength(1)), "What is counted"),
      from: z.optional(described(z.int(), "Where it begins")),
      files: z.optional(z.array(z.string())),
    },
    run: async (args, { sessionID }) => {
      runs.push({ args, sessionID });
      return { counted: args.what };
    },
  });
  return { tool, runs };
}

test("the model is told of each argument: its type, what it means, and whether it is required", () => {
  const { tool } = counting();
  expect(tool).toMatchObject({ name: "cabinet_count", description: "Counts." });
  expect(tool.jsonSchema).toMatchObject({
    type: "object",
    properties: {
      what: { type: "string", minLength: 1, description: "What is counted" },
      from: { type: "integer", description: "Where it begins" },
      files: { type: "array", items: { type: "string" } },
    },
    required: ["what"],
  });
  expect(tool.jsonSchema).toHaveProperty("$schema", expect.stringContaining("draft-07"));
});

test("what is right is run with what was given, for the session, and the answer is JSON", async () => {
  const { tool, runs } = counting();
  const args = { what: "a", from: 3, files: ["b"] };
  expect(await tool.execute({ ...args, unknown: 1 }, context)).toBe('{"counted":"a"}');
  expect(runs).toEqual([{ args, sessionID: "ses_1" }]);
});

test.each<[unknown, string]>([
  [{}, "what: "],
  [{ what: "" }, "what: "],
  [{ what: 5 }, "what: "],
  [{ what: "a", from: 1.5 }, "from: "],
  [{ what: "a", files: ["b", 5] }, "files.1: "],
  [null, "arguments: "],
  [undefined, "arguments: "],
  ["a", "arguments: "],
])("%j is refused before it is run, and what is wrong with it is said", async (args, fault) => {
  const { tool, runs } = counting();
  const execute = tool.execute(args, context);
  await expect(execute).rejects.toThrow(TypeError);
  await expect(execute).rejects.toThrow(`cabinet_count: ${fault}`);
  expect(runs).toEqual([]);
});

test("each fault is said", async () => {
  const { tool } = counting();
  const execute = tool.execute({ from: "x", files: 5 }, context);
  await expect(execute).rejects.toThrow(/^cabinet_count: what: .+; from: .+; files: .+$/);
});

test("what a tool throws is an error for the model", async () => {
  const failure = new Error("no");
  const run = (): Promise<never> => Promise.reject(failure);
  const tool = agentTool({ name: "x", description: "", args: {}, run });
  await expect(tool.execute({}, context)).rejects.toBe(failure);
});
