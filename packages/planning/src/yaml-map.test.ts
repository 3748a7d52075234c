import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDocument } from "yaml";

import { isLongTier } from "../../../test/tier.ts";
import { outcomeOf } from "../test/support/outcome.ts";
import { withYamlField, withYamlKey, yamlField, YamlFault } from "./yaml-map.ts";

const RUNS = isLongTier ? 10_000 : 600;
const FIELD = "last_known_branch";

const word = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
const branch = fc.oneof(
  fc.stringMatching(/^[a-z0-9_#,{}!&%@'"`|>+.-]{1,12}(?:\/[a-zä#'",{}0-9]{1,6})?$/),
  fc.constantFrom(
    ..."null ~ yes no on 0x1f 007 1e3 true 1:30 2024-01-01 = << feat/x a#b".split(" "),
  ),
  fc.constantFrom(..."*a &a !a a,b [a] {a} ' \" ünï - --- ... |x >x ?x :x x: @x `x %x".split(" ")),
);
const comment = fc.stringMatching(/^# ?note[a-zA-Z0-9:{}[\]'"&*!äß-]{0,12}$/);

/** A piece of YAML at the start of a line: one field, or what stands between two. */
const fieldLines = (key: string): fc.Arbitrary<string[]> =>
  fc.oneof(
    fc.tuple(word, fc.option(comment)).map(([value, note]) => [`${key}: ${value}${behind(note)}`]),
    fc.option(comment).map((note) => [`${key}:${behind(note)}`]),
    word.map((value) => [`${key}: "${value}: \\" # no comment"`]),
    word.map((value) => [`"${key}": '${value} '' # none'`]),
    fc.array(word, { minLength: 1 }).map((items) => [`${key}:`, ...items.map((one) => `- ${one}`)]),
    fc
      .tuple(word, word, comment)
      .map(([a, b, note]) => [`${key}:`, `  ${a}1: 1`, `  ${note}`, `  ${b}2: {x: [1, 2]}`]),
    fc
      .tuple(fc.constantFrom("|", ">", "|-", ">+", "|2"), word)
      .map(([head, value]) => [`${key}: ${head}`, `  ${value}`, "", "  # text"]),
    word.map((value) => [`${key}: [${value}, {a: ${value}}, 'x']`]),
    word.map((value) => [`${key}: &anchor-${key} ${value}`, `${key}-too: *anchor-${key}`]),
    word.map((value) => [`${key}: ${value}`, "  goes on", "  and on"]),
    word.map((value) => [`? ${key}`, `: ${value}`]),
    word.map((value) => [`${key}: !custom ${value}`]),
  );

function behind(note: string | null): string {
  return note === null ? "" : ` ${note}`;
}

const between = fc.oneof(
  fc.constant([""]),
  comment.map((note) => [note]),
);

interface Text {
  readonly text: string;
  /** The line of the field, where it has one to itself. */
  readonly line: number | undefined;
}

const ownLines = fc.option(
  fc.tuple(
    fc.constantFrom(FIELD, `"${FIELD}"`, `'${FIELD}'`),
    fc.constantFrom(": main", ": 'main'", ': "main"', ":", ": ~", ": null", ":   main", ": 007"),
    fc.option(comment),
  ),
);

const documents = fc
  .record({
    keys: fc.uniqueArray(word, { maxLength: 5 }),
    own: ownLines,
    place: fc.nat({ max: 5 }),
    indent: fc.constantFrom("", "", "", "  "),
    end: fc.constantFrom("\n", "\n", "\r\n"),
    isEnded: fc.boolean(),
    mark: fc.constantFrom("", "", "\uFEFF"),
    head: fc.constantFrom<string[]>(
      [],
      [],
      ["---"],
      ["# before", "---"],
      ["%YAML 1.2", "---"],
      ["--- # c"],
    ),
    tail: fc.constantFrom<string[]>([], [], ["..."], ["...", "# after"], ["# after", "", ""]),
  })
  .chain(({ keys, own, place, ...rest }) =>
    fc
      .tuple(...keys.map((key) => fc.tuple(fieldLines(`k-${key}`), fc.option(between))))
      .map((fields): Text => {
        const blocks = fields.map(([lines, gap]) => [...lines, ...(gap ?? [])]);
        const at = Math.min(place, blocks.length);
        const ownLine = own === null ? [] : [`${own[0]}${own[1]}${behind(own[2])}`];
        const before = blocks.slice(0, at).flat();
        const body = [...before, ...ownLine, ...blocks.slice(at).flat()];
        const indented = body.map((line) => (line === "" ? line : `${rest.indent}${line}`));
        const text = [...rest.head, ...indented, ...rest.tail].join(rest.end);
        const line = own === null ? undefined : rest.head.length + before.length;
        return { text: rest.mark + text + (rest.isEnded ? rest.end : ""), line };
      }),
  );

function linesOf(text: string): string[] {
  return withoutMark(text).split("\n");
}

function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, "");
}

function valuesOf(text: string, without: string): unknown[] {
  const map: unknown = parseDocument(withoutMark(text), { logLevel: "error" }).toJS({
    mapAsMap: true,
  });
  return map instanceof Map ? [...map].filter(([key]) => key !== without) : [];
}

function commentsOf(text: string): string[] {
  return [...text.matchAll(/# ?note.*/g)].map(([found]) => found.trimEnd()).toSorted();
}

const NO_FAULT: Readonly<Record<string, string>> = {};

/** What is wrong with a change, in words. */
function faultsOf(before: Text, after: string, line: number | undefined): Record<string, string> {
  const [old, now] = [linesOf(before.text), linesOf(after)];
  const kept = line === undefined ? old : old.filter((_, index) => index !== line);
  const isLastOpen = line === undefined && !before.text.endsWith("\n");
  const rest = [...now];
  for (const one of kept) {
    const at = rest.findIndex((other) => other === one || (isLastOpen && other === `${one}\r`));
    if (at === -1) return { lost: one };
    rest.splice(0, at + 1);
  }
  return NO_FAULT;
}

test(
  "a field gets its value, and every other line stays byte for byte",
  () => {
    fc.assert(
      fc.property(documents, fc.option(branch), (document, value) => {
        const { text, line } = document;
        const edited = withYamlField(text, FIELD, value);
        expect(yamlField(edited, FIELD)).toBe(value);
        expect(commentsOf(edited)).toEqual(commentsOf(text));
        expect(valuesOf(edited, FIELD)).toEqual(valuesOf(text, FIELD));
        expect(faultsOf(document, edited, line)).toEqual(NO_FAULT);
        const lineCount = linesOf(edited).length - linesOf(text).length;
        expect(lineCount).toBeLessThanOrEqual(line === undefined ? 2 : 0);
        expect(edited.startsWith("\uFEFF")).toBe(text.startsWith("\uFEFF"));
        expect(withYamlField(edited, FIELD, value)).toBe(edited);
      }),
      { numRuns: RUNS },
    );
  },
  10 * 60_000,
);

test(
  "a key gets another name, and every byte but its own stays",
  () => {
    fc.assert(
      fc.property(documents, (document) => {
        fc.pre(document.line !== undefined);
        const edited = withYamlKey(document.text, FIELD, "branch-of-old");
        expect(edited).toBe(document.text.replace(/(["']?)last_known_branch\1/, "branch-of-old"));
        expect(yamlField(edited, "branch-of-old")).toBe(yamlField(document.text, FIELD));
      }),
      { numRuns: RUNS },
    );
  },
  10 * 60_000,
);

test(
  "whatever the text, a change is right or refused with a typed error",
  () => {
    const piece = fc.constantFrom(
      ..."last_known_branch : { } [ ] , | > *a ' \" --- ... x null".split(" "),
      ..."- |? |%YAML 1.1\n|&a |: |!!str |!x |# c|  |\t|\uFEFF|\n|\r\n|\r".split("|"),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), branch, (pieces, value) => {
        const text = pieces.join("");
        const outcome = outcomeOf(() => withYamlField(text, FIELD, value));
        const edited = "value" in outcome ? outcome.value : undefined;
        const error = "error" in outcome ? outcome.error : undefined;
        expect(edited !== undefined || error instanceof YamlFault).toBe(true);
        fc.pre(edited !== undefined);
        expect(yamlField(edited, FIELD)).toBe(value);
        expect(valuesOf(edited, FIELD)).toEqual(valuesOf(text, FIELD));
        expect(withYamlField(edited, FIELD, value)).toBe(edited);
      }),
      { numRuns: 2 * RUNS },
    );
  },
  10 * 60_000,
);

test.each([
  ["", "last_known_branch: b\n"],
  ["# mine", "# mine\nlast_known_branch: b\n"],
  ["a: 1 # one", "a: 1 # one\nlast_known_branch: b\n"],
  ["last_known_branch: # hint\n", "last_known_branch: b # hint\n"],
  ["last_known_branch:   ~ # hint\r\nx: 1\r\n", "last_known_branch:   b # hint\r\nx: 1\r\n"],
  ["---\na: 1\n...\n# after\n", "---\na: 1\nlast_known_branch: b\n...\n# after\n"],
  ["  a: 1\n  # in\n  c: 2\n", "  a: 1\n  # in\n  c: 2\n  last_known_branch: b\n"],
  ["# mine\na: 1\nc: |\n  no end", "# mine\nlast_known_branch: b\na: 1\nc: |\n  no end"],
  ["{a: 1} # flow\n", "{ a: 1, last_known_branch: b } # flow\n"],
  ['{"last_known_branch":null}', '{"last_known_branch":b}'],
  ["{x: 1,  last_known_branch: a}", "{x: 1,  last_known_branch: b}"],
])("in %j the field is %j", (text, edited) => {
  expect(withYamlField(text, FIELD, "b")).toBe(edited);
});

test("a value that others refer to is not changed under them", () => {
  const text = "last_known_branch: &b main\nmine: *b\n";
  expect(yamlField(text, FIELD)).toBe("main");
  expect(() => withYamlField(text, FIELD, "other")).toThrow(YamlFault);
  expect(withYamlKey(text, FIELD, "branch")).toBe("branch: &b main\nmine: *b\n");
});

test.each([
  ['{"branch":"x", y: 1} # c\n', '{ "last_known_branch": "x", y: 1 } # c\n'],
  ['{"branch":&b x, y: *b}\n', '{ "last_known_branch": &b x, y: *b }\n'],
  ["# a\n'branch': x # b\n# c\n", "# a\nlast_known_branch: x # b\n# c\n"],
])("the key in %j is renamed where it stands", (text, edited) => {
  expect(withYamlKey(text, "branch", FIELD)).toBe(edited);
});
