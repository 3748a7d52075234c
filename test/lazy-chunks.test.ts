import { expect, test } from "vitest";

import { withLazyChunks, withSystemModules } from "../scripts/lazy-chunks.mjs";

/** What the text exports, and which other files it had loaded by then and has loaded at the end. */
function evaluate(text: string, use: (exported: Record<string, () => unknown>) => unknown) {
  const loaded: string[] = [];
  const exported: Record<string, () => unknown> = {};
  const load = (path: string): object => {
    loaded.push(path);
    return {
      One: class {
        value = 1;
      },
      two: () => 2,
    };
  };
  // The text is that of a chunk, as Node gives it to a function.
  // oxlint-disable-next-line typescript/no-implied-eval, no-new-func
  new Function("require", "exports", text.replace(/^#!.*/, ""))(load, exported);
  const before = [...loaded];
  return { before, used: use(exported), loaded };
}

test.each([
  ["called", "require_a.two()", 2],
  ["called without this", "(0,require_a.two)()", 2],
  ["made", "new require_a.One().value", 1],
  ["made without arguments", "new require_a.One", { value: 1 }],
  ["named in a text", '"require_a.two"', "require_a.two"],
  ["named by a field", "({require_a:{two:3}}).require_a.two", 3],
  ["behind a line without a semicolon", "(()=>{let x=1\nrequire_a.two()\nreturn x})()", 1],
])("what is %s is what it was", (_, used, value) => {
  const text = withLazyChunks(
    `const require_a=require("./a-x1.cjs"),require_b=require("./b.cjs");exports.use=()=>${used};`,
  );
  const { before, used: result, loaded } = evaluate(text, ({ use }) => use?.());
  expect(result).toEqual(value);
  expect(before).toEqual([]);
  expect(loaded.length).toBeLessThanOrEqual(1);
});

test("another chunk is loaded once", () => {
  const text = withLazyChunks(
    'const require_a=require("./a.cjs"),require_a$1=require("./a-1.cjs");exports.use=()=>require_a.two()+require_a.two()+require_a$1.two();',
  );
  expect(evaluate(text, ({ use }) => use?.())).toEqual({
    before: [],
    used: 6,
    loaded: ["./a.cjs", "./a-1.cjs"],
  });
});

test("what is needed at once is loaded at once, and what is no chunk as before", () => {
  const text = withLazyChunks(
    'let fs=require("node:fs");const y=2,require_a=require("./a.cjs");class Two extends require_a.One{}exports.value=()=>new Two().value+y;',
  );
  expect(evaluate(text, ({ value }) => value?.())).toMatchObject({
    before: ["node:fs", "./a.cjs"],
    used: 3,
  });
});

test("a chunk that loads no other stays as it is, and the first line stays the first", () => {
  const alone = '#!/usr/bin/env node\nlet fs=require("node:fs");const a=1;';
  expect(withLazyChunks(alone)).toBe(alone);
  const text = '#!/usr/bin/env node\nconst require_a=require("./a.cjs");require_a.two();';
  expect(withLazyChunks(text)).toMatch(/^#!\/usr\/bin\/env node\nlet /);
});

test.each(["f(require_a)", "({require_a})", "x=require_a"])(
  "%s needs the chunk as a whole, and is refused",
  (use) => {
    expect(() => withLazyChunks(`let f,x;const require_a=require("./a.cjs");${use};`)).toThrow(
      "require_a is used as a whole",
    );
  },
);

test("a module of the system has its names, and is its own default export", () => {
  const text =
    'const require_rolldown_runtime=require("./r.cjs");let node_fs=require("node:fs");node_fs=require_rolldown_runtime.r(node_fs,1);exports.use=()=>[node_fs.two(),node_fs.default.two()];';
  const { used, loaded } = evaluate(withLazyChunks(withSystemModules(text)), ({ use }) => use?.());
  expect(used).toEqual([2, 2]);
  expect(loaded).toEqual(["node:fs"]);
});
