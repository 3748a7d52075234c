import fc from "fast-check";

import { SESSION } from "./registration-faults.ts";

/** JSON texts near to a registry's: keys may come twice, and numbers be such as no double holds. */

const STATUSES = ["created", "reviewed", "executed", "failed", "archived"];
const IDS = [SESSION, `${SESSION}2`, "ses_66d", "ses_66d2", "valueOf2", "__proto__", "constructor"];
const KEYS = ["ses_66d", "ses_66e", "valueOf", "__proto__", "constructor", "toString", "", "7"];
const FIELDS = ["plan", "createdAt", "status", "sessionID", "sessions", "parentID", "__proto__"];

const quoted = (text: string): string => JSON.stringify(text);
const constant = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);

const key = fc.oneof(constant(...IDS, ...KEYS, ...FIELDS), fc.string({ maxLength: 8 })).map(quoted);
const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  constant("9007199254740993", "1e400", "-0", "1E-400", "0.10000000000000000555", "1.0", "2e2"),
);
const string = fc.string({ unit: "binary", maxLength: 8 }).map(quoted);
const scalar = fc.oneof(
  constant("true", "null"),
  number,
  string,
  constant('"\\ud800"', '"\\u0061"'),
);

const { value } = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    scalar,
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
    tie("object"),
  ),
  object: objectOf(fc.tuple(key, tie("value")), 4),
}));

function objectOf(member: fc.Arbitrary<[string, string]>, maxLength: number) {
  return fc
    .array(member, { maxLength })
    .map((members) => `{${members.map(([name, text]) => `${name}: ${text}`).join(",\n ")}}`);
}

/** Mostly what it should be. */
const mostly = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ arbitrary: text, weight: 8 }, { arbitrary: value, weight: 1 });

const FIELD_VALUES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  plan: mostly(fc.oneof(constant('"registered"', '"demo"'), string)),
  createdAt: mostly(constant('"2026-11-21T10:00:00.000Z"', '"x"')),
  status: mostly(constant(...STATUSES.map(quoted))),
};
const OTHER_VALUES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  sessionID: mostly(constant(...IDS.map(quoted))),
  parentID: mostly(constant(...IDS.map(quoted))),
};

function membersOf(fields: typeof FIELD_VALUES, probability: number) {
  const members = Object.entries(fields).map(([field, text]) =>
    fc
      .tuple(text, fc.integer({ min: 1, max: 100 }))
      .map(([given, dice]) => (dice <= probability ? [`${quoted(field)}: ${given}`] : [])),
  );
  return fc.tuple(...members).map((lists) => lists.flat());
}

function planWith(...more: readonly fc.Arbitrary<string[]>[]): fc.Arbitrary<string> {
  const extra = fc.array(
    fc.tuple(key, value).map((pair) => pair.join(": ")),
    { maxLength: 1 },
  );
  return fc
    .tuple(membersOf(FIELD_VALUES, 95), membersOf(OTHER_VALUES, 40), extra, ...more)
    .map((lists) => `{${lists.flat().join(", ")}}`);
}

const sessions = mostly(objectOf(fc.tuple(constant(...IDS.map(quoted)), mostly(planWith())), 4));
const entry = planWith(
  fc.option(sessions, { nil: undefined }).map((text) => (text ? [`"sessions": ${text}`] : [])),
);

/** A registry, or something like one. */
export const documentText: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: objectOf(fc.tuple(constant(...KEYS.map(quoted)), mostly(entry)), 4), weight: 6 },
  { arbitrary: value, weight: 1 },
);

/** The text with some of its words replaced, taken out, or said twice. */
function mutated(text: string): fc.Arbitrary<string> {
  const words = text.match(/[{}[\],:]|"[^"]*"|[^\s{}[\],:"]+/g) ?? [];
  const mutation = fc.record({
    place: fc.nat(words.length - 1),
    make: fc.oneof(
      value.map((given) => () => given),
      key.map((given) => () => given),
      fc.constant(() => ""),
      fc.constant((word: string) => `${word} ${word}`),
      fc.constant((word: string) => `${word}, ${word}`),
    ),
  });
  return fc.array(mutation, { minLength: 1, maxLength: 3 }).map((mutations) => {
    const changed = [...words];
    for (const { place, make } of mutations) changed[place] = make(changed[place] ?? "");
    return changed.join(" ");
  });
}

/** The bytes with some of them replaced by others. */
function flipped(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const flip = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }));
  return fc.array(flip, { minLength: 1, maxLength: 4 }).map((flips) => {
    const changed = Uint8Array.from(bytes);
    for (const [place, byte] of flips) changed[place] = byte;
    return changed;
  });
}

const INVALID = [
  "\xff",
  "\xc3",
  "\xc0\x80",
  "\xe2\x82",
  "\xed\xa0\x80",
  "\xf5\x80\x80\x80",
  "\x80",
];

/** The bytes with some between them that no UTF-8 has. */
function withInvalid(bytes: Buffer): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.nat(bytes.length), fc.constantFrom(...INVALID))
    .map(([at, invalid]) =>
      Buffer.concat([bytes.subarray(0, at), Buffer.from(invalid, "latin1"), bytes.subarray(at)]),
    );
}

/** The bytes with NUL in the place of some of them, as a file that was cut short by a crash. */
function withNULs(bytes: Buffer): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 600 }))
    .map(([at, length]) => Buffer.from(bytes).fill(0, at, Math.min(at + length, bytes.length)));
}

/** The kinds of documents that a registry of this text may turn into, as words of a test's title. */
export const ARBITRARY: readonly (readonly [
  kind: string,
  arbitraryOf: (text: string) => fc.Arbitrary<string | Uint8Array>,
])[] = [
  ["that is any JSON document", () => documentText],
  ["in which words were changed", mutated],
  ["in which bytes were changed", (text) => flipped(Buffer.from(text))],
  ["with bytes that are no UTF-8 somewhere", (text) => withInvalid(Buffer.from(text))],
  ["with NUL bytes somewhere", (text) => withNULs(Buffer.from(text))],
];
