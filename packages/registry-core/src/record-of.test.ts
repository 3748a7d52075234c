import { expect, test } from "vitest";

import { recordOf } from "./record-of.ts";

const Numbers = recordOf<number>({
  parse: (raw) => {
    if (typeof raw !== "number") throw new TypeError("it is no number");
    return raw;
  },
});

test("entries that do not fit are left out, and spoil no other", () => {
  expect(Numbers.parse({ a: 1, b: "2", c: 3 })).toEqual({ a: 1, c: 3 });
  for (const raw of [null, [], "a", 5]) expect(() => Numbers.parse(raw)).toThrow(TypeError);
});

test("any text is a key, and what is not there is undefined", () => {
  const record = Numbers.parse(JSON.parse('{"__proto__": 1, "constructor": 2}'));
  expect(Object.entries(record)).toEqual([
    ["__proto__", 1],
    ["constructor", 2],
  ]);
  const none = Numbers.parse({});
  for (const key of ["__proto__", "constructor", "toString"]) expect(none[key]).toBeUndefined();
});

test("what was in the value before is not checked again, all else is", () => {
  const checked: unknown[] = [];
  const Named = recordOf<object>({
    parse: (raw) => {
      checked.push(raw);
      if (typeof raw !== "object" || raw === null || !("name" in raw))
        throw new TypeError("no name");
      return raw;
    },
  });
  const before = Named.parse({ a: { name: "a" }, b: { name: "b" } });
  checked.length = 0;
  const [other, unnamed] = [{ name: "other" }, {}];
  const next = Named.parseNext({ ...before, b: other, c: before["a"], d: unnamed }, before);
  expect(next).toEqual({ a: before["a"], b: other, c: before["a"] });
  expect(checked).toEqual([other, before["a"], unnamed]);
});
