import { expect, test } from "vitest";

import { withLazyChunks } from "../scripts/lazy-chunks.mjs";

/** What the text exports, and which other chunks it had loaded by then and has loaded at the end. */
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

test("a chunk loads the others when it needs something of them, and each once", () => {
  const text = withLazyChunks(
    'const require_a=require("./a-x1.cjs"),require_a_b=require("./b.cjs");exports.sum=()=>require_a.two()+(0,require_a.two)()+new require_a.One().value;',
  );
  expect(evaluate(text, ({ sum }) => sum?.())).toEqual({
    before: [],
    used: 5,
    loaded: ["./a-x1.cjs"],
  });
});

test("what it needs at once is loaded at once", () => {
  const text = withLazyChunks(
    'const require_a=require("./a.cjs");let fs=require("node:fs");class Two extends require_a.One{}exports.value=()=>new Two().value;',
  );
  expect(evaluate(text, ({ value }) => value?.())).toMatchObject({
    before: ["node:fs", "./a.cjs"],
    used: 1,
  });
});

test("a chunk that loads no other stays as it is, and so does its first line", () => {
  const alone = '#!/usr/bin/env node\nlet fs=require("node:fs");const a=1;';
  expect(withLazyChunks(alone)).toBe(alone);
  const text = '#!/usr/bin/env node\nconst require_a=require("./a.cjs");require_a.two();';
  expect(withLazyChunks(text)).toMatch(/^#!\/usr\/bin\/env node\nlet /);
});

test("a chunk that is handed on as a whole could not be loaded later, and is refused", () => {
  expect(() => withLazyChunks('const require_a=require("./a.cjs");f(require_a);')).toThrow(
    "require_a",
  );
});
