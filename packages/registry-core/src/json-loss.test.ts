import fc from "fast-check";
import { expect, test } from "vitest";

import { jsonLoss } from "./json-loss.ts";

test.each([
  ['{"a": 1, "b": {"a": 2}, "c": [{"a": 3}, {"a": 4}]}', undefined],
  ['{"a": 1, "b": 2, "a": 1}', 'the key "a" twice'],
  ['[{"x": {"a": 1,\n"\\u0061" : 1}}]', 'the key "a" twice'],
  ['{"__proto__": 1, "__proto__": 2}', 'the key "__proto__" twice'],
  ['{"a": "b: {\\"a\\": 1}", "b": "\\\\"}', undefined],
  ["12345678901234567890", "12345678901234567890"],
  ["9007199254740993", "9007199254740993"],
  ["9007199254740992", undefined],
  ["[1e400]", "1e400"],
  ["1e-400", "1e-400"],
  ["[0.1, -0.1e3, 1.50, 100, 1e2, 0e5, -0, 1763719200000]", undefined],
  ["0.1000000000000000055", "0.1000000000000000055"],
  ["100000000000000000000", undefined],
])("of %s is lost: %s", (text, loss) => {
  expect(jsonLoss(text) ?? "nothing").toContain(loss ?? "nothing");
});

test("nothing is lost of what JSON.stringify has written", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      expect(jsonLoss(JSON.stringify(value, null, indent))).toBeUndefined();
    }),
  );
});

test("a number is rounded when it is another one after it was read and written", () => {
  const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat(5));
  fc.assert(
    fc.property(decimal, ([whole, zeros]) => {
      const text = `${whole}.${"0".repeat(zeros + 1)}`;
      expect(jsonLoss(text) === undefined).toBe(BigInt(JSON.stringify(Number(text))) === whole);
    }),
  );
});

test("a number of a million digits is gone through once, not once for each of them", () => {
  expect(jsonLoss(`1.${"0".repeat(1_000_000)}1`)).toContain("rounded");
  expect(jsonLoss(`1.${"0".repeat(1_000_000)}`)).toBeUndefined();
});
