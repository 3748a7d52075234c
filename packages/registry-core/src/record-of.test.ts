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

test("an entry that was checked and frozen is not checked again, one that can have changed is", () => {
  let calls = 0;
  const Named = recordOf<{ name: string }>({
    parse: (raw) => {
      calls += 1;
      if (typeof raw !== "object" || raw === null || !("name" in raw))
        throw new TypeError("no name");
      return { name: String(raw.name) };
    },
  });
  const { a, b } = Named.parse({ a: { name: "a" }, b: { name: "b" } });
  expect(Named.parse({ a: Object.freeze(a), b, c: {} })).toEqual({ a, b });
  expect(calls).toBe(4);
});
