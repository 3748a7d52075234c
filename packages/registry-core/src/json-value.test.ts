import fc from "fast-check";
import { expect, test } from "vitest";

import { toJsonValue } from "./json-value.ts";

const refuse = (reason: string): never => {
  throw new Error(reason);
};
const copyOf = (raw: unknown): unknown => toJsonValue(raw, refuse);

test("any JSON value is copied as it is", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(copyOf(value)).toStrictEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("a copy shares nothing with the original", () => {
  const original = { a: [{ b: 1 }] };
  const copied = copyOf(original);
  original.a[0] = { b: 2 };
  original.a.push({ b: 3 });
  expect(copied).toStrictEqual({ a: [{ b: 1 }] });
});

test("undefined properties are dropped, -0 is 0, a lone surrogate is U+FFFD", () => {
  const copied = copyOf({ a: undefined, b: -0, "\ud800": "x\udc00", c: [[], {}] });
  expect(copied).toStrictEqual({ b: 0, "\ufffd": "x\ufffd", c: [[], {}] });
});

test("an own property named __proto__ stays one", () => {
  const copied = copyOf(JSON.parse('{"__proto__": {"a": 1}}'));
  expect(Object.getPrototypeOf(copied)).toBe(Object.prototype);
  expect(JSON.stringify(copied)).toBe('{"__proto__":{"a":1}}');
});

test("objects without a prototype, frozen ones, and one that is met twice are fine", () => {
  const bare: unknown = Object.assign(Object.create(null), { a: 1 });
  const copied = copyOf([bare, bare, Object.freeze({ b: Object.freeze([1]) })]);
  expect(copied).toStrictEqual([{ a: 1 }, { a: 1 }, { b: [1] }]);
});

class Point {
  x = 1;
}
const cycle: unknown[] = [];
cycle.push({ again: cycle });
const deep: unknown = JSON.parse(`${"[".repeat(1_001)}${"]".repeat(1_001)}`);

test.each([
  [{ a: [0, 1, 2, { b: Number.NaN }] }, "(at .a[3].b)"],
  [{ "a b": Infinity }, '(at ["a b"])'],
  [undefined, "undefined is nothing that JSON can hold (at .)"],
  [[undefined], "(at [0])"],
  // oxlint-disable-next-line no-sparse-arrays
  [[1, , 2], "(at [1])"],
  [{ n: 1n }, "bigint"],
  [{ f: () => 1 }, "function"],
  [{ s: Symbol("s") }, "symbol"],
  [{ d: new Date(0) }, "instance of Date"],
  [new Map(), "instance of Map"],
  [new Point(), "instance of Point"],
  [Object.create({ inherited: 1 }), "instance of Object"],
  [cycle, "holds itself (at [0].again)"],
  [deep, "nested deeper than 1000 levels"],
])("what JSON cannot hold is refused, with the place (%#)", (raw, reason) => {
  expect(() => copyOf(raw)).toThrow(reason);
});

test("a thousand levels are copied, and can be written", () => {
  const text = `${"[".repeat(1_000)}${"]".repeat(1_000)}`;
  expect(JSON.stringify(copyOf(JSON.parse(text)))).toBe(text);
});
