import { expect, test } from "vitest";
import * as z from "zod/mini";

import { unsettled } from "../test/support/unsettled.ts";
import { watchedWarnings } from "../test/support/watched-client.ts";
import { agentTool } from "./agent-tool.ts";
import type { HookPart } from "./hook-part.ts";
import { joinParts } from "./join-parts.ts";
import { Refusal } from "./refusal.ts";

const call = { tool: "write", sessionID: "s", callID: "c" };
const refusal = new Refusal("CABINET_WRITE_HELD", "not now");

function fails(error: unknown): () => never {
  return () => {
    throw error;
  };
}

/** A part that notes which of its hooks were called. */
function noting(calls: string[], name = "noting"): HookPart {
  const note = (hook: string) => (): void => void calls.push(`${name} ${hook}`);
  return {
    name,
    config: note("config"),
    event: note("event"),
    chatMessage: note("chatMessage"),
    commandBefore: note("commandBefore"),
    toolBefore: note("toolBefore"),
    toolAfter: note("toolAfter"),
    shellEnv: note("shellEnv"),
    dispose: note("dispose"),
  };
}

function failing(error: unknown = new Error("no")): HookPart {
  const fail = fails(error);
  return {
    name: "failing",
    config: fail,
    event: async () => fail(),
    chatMessage: fail,
    commandBefore: async () => fail(),
    toolBefore: fail,
    toolAfter: fail,
    shellEnv: fail,
    dispose: fail,
  };
}

type Joined = ReturnType<typeof joinParts>;

const HOOKS: readonly (readonly [string, (hooks: Joined) => Promise<void>])[] = [
  ["config", (hooks) => hooks.config({})],
  ["event", (hooks) => hooks.event({ event: { type: "x" } })],
  ["chatMessage", (hooks) => hooks["chat.message"](call, {})],
  [
    "commandBefore",
    (hooks) =>
      hooks["command.execute.before"]({ ...call, command: "c", arguments: "" }, { parts: [] }),
  ],
  ["toolBefore", (hooks) => hooks["tool.execute.before"](call, { args: {} })],
  ["toolAfter", (hooks) => hooks["tool.execute.after"]({ ...call, args: {} })],
  ["shellEnv", (hooks) => hooks["shell.env"](call, { env: {} })],
  ["dispose", (hooks) => hooks.dispose()],
];

test.each(HOOKS)(
  "%s of a part that fails is a warning, and the other parts go on",
  async (hook, run) => {
    const calls: string[] = [];
    const { warnings, logged } = watchedWarnings();
    const hooks = joinParts(
      [noting(calls, "before"), failing(), noting(calls, "behind")],
      warnings,
    );
    await run(hooks);
    expect(calls).toEqual([`before ${hook}`, `behind ${hook}`]);
    expect(logged).toEqual(["warn: cabinet: failing failed: no"]);
  },
);

test("a refusal stops the call, and no part behind it is asked", async () => {
  const calls: string[] = [];
  const { warnings, logged } = watchedWarnings();
  const parts = [noting(calls, "before"), failing(refusal), noting(calls, "behind")];
  const run = joinParts(parts, warnings)["tool.execute.before"](call, { args: {} });
  await expect(run).rejects.toBe(refusal);
  expect(calls).toEqual(["before toolBefore"]);
  expect(logged).toEqual([]);
});

test.each(HOOKS.filter(([hook]) => hook !== "toolBefore"))(
  "%s cannot refuse: there a refusal is a failure like others",
  async (hook, run) => {
    const calls: string[] = [];
    const { warnings, logged } = watchedWarnings();
    await run(joinParts([failing(refusal), noting(calls)], warnings));
    expect(calls).toEqual([`noting ${hook}`]);
    expect(logged).toEqual(["warn: cabinet: failing failed: not now (CABINET_WRITE_HELD)"]);
  },
);

test("each kind of failure of a part is told once: by its code, or else by its text", async () => {
  const { warnings, logged } = watchedWarnings();
  const coded = (text: string): Error => Object.assign(new Error(text), { code: "A" });
  const thrown = [coded("one"), coded("two"), new Error("one"), new Error("two"), new Error("one")];
  const left: unknown[] = [...thrown, "one", 5, undefined, Object.create(null)];
  const part: HookPart = { name: "failing", event: () => fails(left.shift())() };
  const hooks = joinParts([part], warnings);
  while (left.length > 0) await hooks.event({ event: { type: "x" } });
  expect(logged.map((line) => line.replace("warn: cabinet: failing failed: ", ""))).toEqual([
    "one (A)",
    "one",
    "two",
    "5",
    "undefined",
    "[Object: null prototype] {}",
  ]);
});

test("what two parts fail by is told of both", async () => {
  const { warnings, logged } = watchedWarnings();
  const hooks = joinParts([failing(), { ...failing(), name: "another" }], warnings);
  await hooks.config({});
  expect(logged).toEqual([
    "warn: cabinet: failing failed: no",
    "warn: cabinet: another failed: no",
  ]);
});

test("a part sees what the client tells: the call with its arguments, and the result that it may change", async () => {
  const seen: unknown[] = [];
  const part: HookPart = {
    name: "seeing",
    toolBefore: (whole) => void seen.push(whole),
    toolAfter: (whole, result) => {
      seen.push(whole);
      result.output = "changed";
    },
  };
  const hooks = joinParts([part], watchedWarnings().warnings);
  const args = { filePath: "a" };
  const output = { output: "as it was" };
  await hooks["tool.execute.before"](call, { args });
  await hooks["tool.execute.after"]({ ...call, args }, output);
  expect(seen).toEqual([
    { ...call, args },
    { ...call, args },
  ]);
  expect(output).toEqual({ output: "changed" });
});

test("tools of all parts are there, each with its own schema, and nothing else of them", async () => {
  const toolOf = (name: string) => {
    const args = { [name]: z.string() };
    return agentTool({ name, description: `does ${name}`, args, run: async () => name });
  };
  const parts = [
    { name: "1", tools: [toolOf("a"), toolOf("b")] },
    { name: "2", tools: [toolOf("c")] },
  ];
  const hooks = joinParts(parts, watchedWarnings().warnings);
  expect(Object.keys(hooks.tool)).toEqual(["a", "b", "c"]);
  expect(Object.keys(hooks.tool["a"] ?? {})).toEqual(["description", "args", "execute"]);
  const own: { jsonSchema?: unknown } = {};
  await hooks["tool.definition"]({ toolID: "b" }, own);
  expect(own.jsonSchema).toMatchObject({ properties: { b: { type: "string" } } });
  const others = { jsonSchema: "as it was" };
  await hooks["tool.definition"]({ toolID: "bash" }, others);
  expect(others).toEqual({ jsonSchema: "as it was" });
});

test("the end waits for what is under way in any part, then the parts close in their order", async () => {
  const calls: string[] = [];
  const slow = unsettled();
  const first: HookPart = { name: "first", dispose: () => void calls.push("first closes") };
  const last: HookPart = {
    name: "last",
    toolAfter: async () => {
      await slow.promise;
      calls.push("last is done");
    },
    dispose: async () => {
      await Promise.resolve();
      calls.push("last closes");
    },
  };
  const hooks = joinParts([first, last], watchedWarnings().warnings);
  // Beyond its limit, the session goes on.
  await hooks["tool.execute.after"]({ ...call, args: {} });
  const end = hooks.dispose();
  slow.resolve();
  await end;
  expect(calls).toEqual(["last is done", "first closes", "last closes"]);
});

test("what has not come to its end by that of the client is told", async () => {
  const { warnings, logged } = watchedWarnings();
  const slow = unsettled();
  const part: HookPart = { name: "slow", dispose: () => slow.promise };
  await joinParts([part], warnings).dispose();
  expect(logged).toEqual(["warn: cabinet: slow has not come to its end before that of the client"]);
  slow.resolve();
});
