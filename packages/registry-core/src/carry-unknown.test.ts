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
  return {
    stored: carryUnknown(
      raw,
      { before, given: after, accepted: after },
      { onLoss, encode, onDoubt: () => {} },
    ),
    losses,
  };
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
  value: fc.oneof({ maxDepth: 4 }, fc.nat(3), fc.constantFrom("text", null, true), tie("document")),
}));

/** A change of a value: parts of it are taken away, replaced, or added, the others are the same objects. */
function edited(value: unknown, choices: Iterator<number>): unknown {
  const choice = choices.next().value;
  if (choice === 0) return { a: choice, c: [1] };
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

interface Item {
  readonly id: number;
  readonly done: boolean;
  readonly note: string;
}

// What a step does to a list, from the most to the least careful one.
const edits: fc.Arbitrary<(items: readonly Item[]) => readonly Item[]> = fc.constantFrom(
  (items) => items.slice(1),
  (items) => items.toReversed(),
  (items) => [...items, { id: 90, done: false, note: "" }],
  (items) => [{ id: 91, done: true, note: "" }, ...items],
  (items) => items.map((item) => ({ ...item, done: !item.done })),
  (items) => items.filter(({ id }) => id % 2 === 0).map((item) => ({ ...item, done: true })),
  (items) => items.slice(1).concat(items.slice(0, 1).map((item) => ({ ...item, note: "last" }))),
  (items) => structuredClone(items).slice(1),
  (items) => structuredClone(items).toReversed(),
  (items) =>
    structuredClone(items)
      .toReversed()
      .map((item) => ({ ...item, done: true })),
  (items) => structuredClone(items).map((item) => ({ ...item, note: "cloned" })),
  (items) => items.map((item, index) => (index === 1 ? { id: 92, done: true, note: "" } : item)),
);

test("what is hidden in an item of a list never gets into another one, and is not lost in silence", () => {
  const count = fc.nat({ max: 5 });
  fc.assert(
    fc.property(count, fc.array(edits, { minLength: 1, maxLength: 2 }), (length, changes) => {
      const raw = Array.from({ length }, (_, id) => ({ id, done: false, note: "x", _of: id }));
      const before = raw.map(({ _of, ...item }) => item);
      const after = changes.reduce<readonly Item[]>((items, change) => change(items), before);
      const { stored, losses } = carry(raw, before, after);
      expect(shown(stored)).toEqual(after);
      const items = stored as (Item & { _of?: number })[];
      const isMixed = items.some(({ id, _of }) => _of !== undefined && _of !== id);
      const isLost = items.some(({ id, _of }) => id < length && _of === undefined);
      expect({ isMixed, isLost: isLost && losses.length === 0 }).toEqual({
        isMixed: false,
        isLost: false,
      });
    }),
    { numRuns: 1000 },
  );
});

test("what did not change stays as it was stored, also beside what did", () => {
  const raw = { count: "5", list: [{ id: "1", note: "x" }], status: "archived" };
  const before = { count: 5, list: [{ id: 1 }], status: "created" };
  expect(carry(raw, before, before).stored).toBe(raw);
  expect(carry(raw, before, { ...before, count: 6 }).stored).toEqual({ ...raw, count: 6 });
});

test("what a schema has added by itself is not written, until it is changed", () => {
  const before = { text: "a", limit: 3 };
  expect(carry({ text: "a" }, before, { ...before, text: "b" }).stored).toEqual({ text: "b" });
  expect(carry({ text: "a" }, before, { ...before, limit: 4 }).stored).toEqual({
    text: "a",
    limit: 4,
  });
});

test.each<[string, unknown, unknown, unknown, unknown]>([
  ["takes the key of something hidden", { odd: 5 }, {}, { odd: "mine" }, { odd: "mine" }],
  [
    "takes the place of what was shown as nothing",
    { a: { b: 1 } },
    { a: undefined },
    { a: 1 },
    { a: 1 },
  ],
  [
    "takes the place of what was shown as something else",
    { o: "moved" },
    { o: { k: 0 } },
    { o: { k: 1 } },
    { o: { k: 1 } },
  ],
  [
    "changes a list of which items are hidden",
    { list: [1, "?"] },
    { list: [1] },
    { list: [1, 2] },
    { list: [1, 2] },
  ],
])("what %s is a loss", (_, raw, before, after, stored) => {
  expect(carry(raw, before, after)).toEqual({ stored, losses: [expect.any(String)] });
});

test("a field that is undefined is none: it deletes what was known, and hides nothing else", () => {
  const raw = { a: 1, b: 2, odd: 5, shy: 6 };
  const before = { a: 1, b: 2, shy: undefined };
  const after = { a: undefined, b: 3, odd: undefined, shy: undefined, c: undefined };
  expect(carry(raw, before, after)).toEqual({ stored: { b: 3, odd: 5, shy: 6 }, losses: [] });
});

test.each<[string, readonly object[], readonly object[], readonly object[]]>([
  [
    "of which half is the same is known again",
    [{ id: 1, note: "a", _x: 1 }],
    [{ id: 1, note: "b" }],
    [{ id: 1, note: "b", _x: 1 }],
  ],
  [
    "of which less is the same is not",
    [{ id: 1, note: "a", done: false, _x: 1 }],
    [{ id: 1, note: "b", done: true }],
    [{ id: 1, note: "b", done: true }],
  ],
  [
    "that is as much like another one is not",
    [
      { id: 1, note: "a", _x: 1 },
      { id: 1, note: "b", _x: 2 },
    ],
    [
      { id: 1, note: "c" },
      { id: 1, note: "d" },
    ],
    [
      { id: 1, note: "c" },
      { id: 1, note: "d" },
    ],
  ],
])("an item at its place %s, or else that is a loss", (_, raw, after, stored) => {
  const made = carry({ list: raw }, shown({ list: raw }), { list: after });
  expect(made.stored).toEqual({ list: stored });
  expect(made.losses.length > 0).toBe(JSON.stringify(stored) === JSON.stringify(after));
});

test("of a long list that was made anew as a whole nothing is known again, and that is a loss", () => {
  const raw = Array.from({ length: 5_000 }, (_, id) => ({ id, done: false, note: "x", _of: id }));
  const before = raw.map(({ _of, ...item }) => item);
  const { stored, losses } = carry(raw, before, structuredClone(before));
  expect(stored).toEqual(before);
  expect(losses).toHaveLength(1);
});
