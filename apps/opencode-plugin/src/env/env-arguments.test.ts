import { expect, test } from "vitest";

import { namingTexts, pathOfUri } from "./env-arguments.ts";

const textsIn = (tool: string, args: object): string[] => {
  return [...namingTexts(tool, args)].map(({ kind, text }) => `${kind} ${text}`);
};

test.each<[string, object, string[]]>([
  ["read", { filePath: "a", offset: 5 }, ["path a"]],
  ["glob", { pattern: "a", path: "b" }, ["pattern a", "path b"]],
  ["grep", { pattern: "a", include: "b", path: "c" }, ["pattern b", "path c"]],
  ["apply_patch", { patchText: "a" }, ["patch a"]],
  ["task", { prompt: "a", description: "b", subagent_type: "c" }, ["prompt a"]],
  ["other", { prompt: "a", pattern: "b", content: "c", text: ["d"] }, []],
  ["other", { pathname: "a", notebook_path: "b" }, ["path a", "path b"]],
  ["other", { relative_workspace_path: "a", "old-path": "b" }, ["path a", "path b"]],
  ["other", { options: { path: "a" } }, ["path a"]],
  ["other", { files: [{ path: "a" }, { path: "b", content: "c" }] }, ["path a", "path b"]],
  ["other", { paths: ["a", ["b"], 5, null] }, ["path a", "path b"]],
  ["batch", { tool_calls: [{ parameters: { filePath: "a" } }] }, ["path a"]],
  ["batch", { tool_calls: [{ tool: "glob", parameters: { pattern: "a" } }] }, ["pattern a"]],
  ["batch", { tool_calls: [{ tool: "task", parameters: { prompt: "a" } }] }, ["prompt a"]],
  [
    "other",
    { url: "https://a/b", urls: ["file:///c", "d"], href: "FILE:e" },
    ["path file:///c", "path FILE:e"],
  ],
  ["other", { cmd: "a" }, ["command a"]],
  ["other", { script: "a" }, ["command a"]],
  ["other", { commands: ["a b", "c"] }, ["command a b", "command c"]],
  ["other", { command: ["cat", "a b", "it's", ".e*"] }, ["command cat 'a b' 'it'\\''s' .e*"]],
  ["other", { command: "cat", args: ["a b", "c"] }, ["command cat 'a b' c"]],
  ["other", { command: ["cat"], args: ["a"] }, ["command cat a"]],
  ["other", { command: "cat a", args: { b: 1 } }, ["command cat a"]],
  ["other", { command: ["a b", 5] }, ["command a b"]],
  ["other", { args: ["a"] }, []],
])("%s with %j: %j", (tool, args, expected) => expect(textsIn(tool, args)).toEqual(expected));

test("a command works where the call, or the object around it, says", () => {
  const args = {
    workdir: "a",
    command: "b",
    inner: { cmd: "c" },
    other: { cwd: "d", script: "e" },
  };
  const commands = [...namingTexts("x", args)].filter(({ kind }) => kind === "command");
  expect(commands.map(({ text, folder }) => [text, folder])).toEqual([
    ["b", "a"],
    ["c", "a"],
    ["e", "d"],
  ]);
  expect([...namingTexts("x", { command: "b" })][0]?.folder).toBe(".");
});

test("four levels of objects are looked at, and of arrays in arrays", () => {
  const within = (levels: number): object =>
    levels === 0 ? { path: "a" } : { x: within(levels - 1) };
  expect([3, 4, 5].map((levels) => textsIn("x", within(levels)).length)).toEqual([1, 1, 0]);
  const inArrays = (levels: number): number => textsIn("x", { path: arraysOf(levels) }).length;
  expect([5, 6, 100_000].map(inArrays)).toEqual([1, 0, 0]);
});

function arraysOf(levels: number): unknown {
  let value: unknown = "a";
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

test("ten thousand values are looked at, also of what holds itself", () => {
  const paths = Array.from({ length: 1_000_000 }, () => "a");
  expect(textsIn("x", { paths })).toHaveLength(9_999);
  expect(textsIn("x", { command: paths }).length).toBeLessThan(10_000);
  const cyclic: Record<string, unknown> = { path: "a" };
  cyclic["all"] = Array.from({ length: 100 }, () => cyclic);
  expect(textsIn("x", cyclic).length).toBeLessThan(10_000);
});

test.each([
  ["a/b", "a/b"],
  ["file:a", "a"],
  ["file:///a/%2Eenv?x#y", "/a/.env"],
  ["FILE://localhost/a", "/a"],
  ["file://other/a", "//other/a"],
  ["file:/a%", "/a%"],
])("%j is at %j", (uri, path) => expect(pathOfUri(uri)).toBe(path));
