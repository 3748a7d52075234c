import fc from "fast-check";
import { expect, test } from "vitest";

import { carryUnknown } from "./carry-unknown.ts";
import { isRecord } from "./is-record.ts";

const encode = (value: unknown): unknown => structuredClone(value);

function carry(
  raw: unknown,
  before: unknown,
  after: unknown,
): { stored: unknown; losses: string[] } {
  const losses: string[] = [];
  const onLoss = (what: string): void => void losses.push(what);
  return { stored: carryUnknown(raw, before, after, { onLoss, encode }), losses };
}

/** What a schema shows that does not know keys with an underscore. */
function shown(raw: unknown): unknown {
  if (Array.isArray(raw)) return raw.map(shown);
  if (!isRecord(raw)) return raw;
  const known = Object.entries(raw).filter(([key]) => !key.startsWith("_"));
  return Object.fromEntries(known.map(([key, item]) => [key, shown(item)]));
}

/** What is hidden in records that `after` has kept: what must still be there. */
function hiddenIn(raw: unknown, after: unknown, path = ""): [string, unknown][] {
  if (!isRecord(raw) || !isRecord(after)) return [];
  return Object.entries(raw).flatMap(([key, item]): [string, unknown][] => {
    if (key.startsWith("_")) return [[`${path}.${key}`, item]];
    return Object.hasOwn(after, key) ? hiddenIn(item, after[key], `${path}.${key}`) : [];
  });
}

const { document } = fc.letrec((tie) => ({
  document: fc.dictionary(fc.constantFrom("a", "b", "c", "_x", "_y", "__proto__"), tie("value"), {
    maxKeys: 4,
  }),
  value: fc.oneof(
    { maxDepth: 4 },
    fc.nat(3),
    fc.constantFrom("text", null, true),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("document"),
  ),
}));

/** A change of a value: parts of it are taken away, replaced, or added, the others are the same objects. */
function edited(value: unknown, choices: Iterator<number>): unknown {
  const choice = choices.next().value;
  if (choice === 0) return { a: choice, c: [1] };
  if (Array.isArray(value)) {
    const kept = value.filter(() => choices.next().value !== 1);
    return choice === 2 ? [...kept.map((item) => edited(item, choices)), "new"] : kept;
  }
  if (!isRecord(value)) return choice === 3 ? "other" : value;
  if (choice === 4) return value;
  const kept = Object.entries(value).filter(() => choices.next().value !== 1);
  return Object.fromEntries(kept.map(([key, item]) => [key, edited(item, choices)]));
}

test("what is stored shows what was asked for, and holds all that was hidden in what was kept", () => {
  fc.assert(
    fc.property(document, fc.infiniteStream(fc.nat(6)), (raw, choices) => {
      const before = shown(raw);
      const after = edited(before, choices);
      const { stored, losses } = carry(raw, before, after);
      expect(shown(stored)).toEqual(after);
      expect(hiddenIn(stored, after)).toEqual(expect.arrayContaining(hiddenIn(raw, after)));
      expect(losses).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test("an object that did not change stays as it was stored, one that did is written as its schema has it", () => {
  const raw = { count: "5", list: [{ id: "1", note: "x" }], status: "archived" };
  const before = { count: 5, list: [{ id: 1 }], status: "created" };
  expect(carry(raw, before, before).stored).toBe(raw);
  expect(carry(raw, before, { ...before, status: "created" }).stored).toEqual({
    count: 5,
    list: raw.list,
    status: "created",
  });
});

test("what takes the key of something hidden is a loss, and so is a list of which items are hidden", () => {
  expect(carry({ a: 1, odd: 5 }, { a: 1 }, { a: 1, odd: "mine" })).toEqual({
    stored: { a: 1, odd: "mine" },
    losses: ['its entry "odd" is not understood'],
  });
  expect(carry({ list: [1, "?"] }, { list: [1] }, { list: [1, 2] })).toEqual({
    stored: { list: [1, 2] },
    losses: ["a list in it holds what is not understood"],
  });
});

test("a field that is undefined is none: it deletes what was known, and hides nothing else", () => {
  const raw = { a: 1, b: 2, odd: 5 };
  expect(carry(raw, { a: 1, b: 2 }, { a: undefined, b: 3, odd: undefined, c: undefined })).toEqual({
    stored: { b: 3, odd: 5 },
    losses: [],
  });
});
