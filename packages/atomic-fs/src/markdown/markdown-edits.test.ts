import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { MarkdownError } from "../errors.ts";
import { type FieldPlace, setField, setSection } from "./markdown-edits.ts";
import { scanMarkdown } from "./markdown-lines.ts";

const path = "STATE.md";
const refuse: FieldPlace = { missing: "refuse" };
const append: FieldPlace = { missing: "append" };

function withField(text: string, field: string, value: string, place = refuse): string {
  return Buffer.from(setField({ path, bytes: Buffer.from(text) }, field, value, place)).toString();
}

function withSection(
  text: string,
  heading: string,
  body: string,
  missing: FieldPlace["missing"] = "refuse",
): string {
  const file = { path, bytes: Buffer.from(text) };
  return Buffer.from(setSection(file, heading, body, missing)).toString();
}

const refusal = (code: MarkdownError["code"]) => expect.objectContaining({ code, path });

test("a function gets what is there, and what it gives goes in", () => {
  const bytes = Buffer.from("Größe:  1 \r\n\r\n## Log\r\n\r\n- eins\r\n- zwei ≈\r\n");
  const file = { path, bytes };
  const heard: string[] = [];
  const add = (text: string) => (current: string) => {
    heard.push(current);
    return current + text;
  };
  const changed = setSection(
    { path, bytes: setField(file, "Größe", add("0"), refuse) },
    "Log",
    add("\n- drei"),
    "refuse",
  );
  expect(Buffer.from(changed).toString()).toBe(
    "Größe: 10\r\n\r\n## Log\r\n\r\n- eins\r\n- zwei ≈\r\n- drei\r\n",
  );
  setSection(file, "New", add("x"), "append");
  expect(heard).toEqual(["1", "- eins\r\n- zwei ≈", ""]);
  const latin = { path, bytes: Buffer.from("A: \xE4\n", "latin1") };
  expect(() => setField(latin, "A", add("x"), refuse)).toThrow(refusal("ATOMIC_FS_CORRUPT"));
  expect(() => setField(file, "Größe", () => 1 as never, refuse)).toThrow(TypeError);
});

describe("setField", () => {
  test("a line break at the end of a value is that of the line", () => {
    const once = withField("A: 1\nB: 2\n", "A", "b\n");
    expect(once).toBe("A: b\nB: 2\n");
    expect(withField(once, "A", "b\r\n")).toBe(once);
  });

  test("a value with the field in it is refused: the next update could not tell them apart", () => {
    expect(() => withField("A: 1\n", "A", "1\nA: 2")).toThrow(TypeError);
    expect(withField("A: 1\n", "A", "1\nB: 2")).toBe("A: 1\nB: 2\n");
  });

  test.each([
    ["Status: old\n", "Status", "new", "Status: new\n"],
    ["a\r\nStatus:old\r\nb\n", "Status", "new", "a\r\nStatus: new\r\nb\n"],
    ["Status:", "Status", "", "Status: "],
    ["**Status**: a\nPhase: 1", "**Status**", "b", "**Status**: b\nPhase: 1"],
    ["**Status:** a\n", "**Status:**", "b", "**Status:** b\n"],
    ["aXb*c: 1\na.b*c: 1\n", "a.b*c", "2", "aXb*c: 1\na.b*c: 2\n"],
    ["- Owner: a\n- Other: b\n", "- Owner", "c", "- Owner: c\n- Other: b\n"],
    ["Größe: 1\n", "Größe", "≈ 2", "Größe: ≈ 2\n"],
    ["Status: a\n---\nb\n", "Status", "b", "Status: b\n---\nb\n"],
    ["\uFEFFStatus: a\n", "Status", "b", "\uFEFFStatus: b\n"],
    ["Status: a\rb\r", "Status", "b", "Status: b\rb\r"],
  ])("in %j, %s becomes %j", (text, field, value, expected) => {
    expect(withField(text, field, value)).toBe(expected);
  });

  test("a value goes in as it is", () => {
    for (const value of [
      `a/b & 1 $1 $& $\` \\n \\1 "x" 'y'`,
      "one\ntwo\r\nthree",
      " padded\t",
      "# a",
    ]) {
      expect(withField("a\nStatus: x\nb\n", "Status", value)).toBe(`a\nStatus: ${value}\nb\n`);
    }
  });

  test("a line break by two spaces at the end stays, and does not grow", () => {
    for (const value of ["new", "new  ", "new ", ""]) {
      const once = withField("Status: old  \nPhase: 1  \n", "Status", value);
      expect(once).toBe(`Status: ${value.trimEnd()}${value === "new " ? " " : "  "}\nPhase: 1  \n`);
      expect(withField(once, "Status", value)).toBe(once);
    }
  });

  test.each([
    "---\nStatus: matter\n---\n",
    "```\nStatus: code\n```\n",
    "- ~~~\n  a\n\n\n\t~~~\n<!--\nStatus: comment\n-->\n",
    "<pre>\n\nStatus: raw\n</pre>\n",
    "# Status: heading\n",
    " Status: indented\n> Status: quoted\nStatus x\nstatus: lower\n",
  ])("what is no field in %j stays, and a missing field is an error", (text) => {
    expect(() => withField(text, "Status", "new")).toThrow(refusal("ATOMIC_FS_NO_FIELD"));
    expect(withField(`${text}\nStatus: a\n`, "Status", "b")).toBe(`${text}\nStatus: b\n`);
  });

  test("two lines of that name are ambiguous, and a section tells them apart", () => {
    const text =
      "Status: 1\n\n## A\nStatus: 2\n\n### Sub\nOwner: 3\n\n## B ##\nStatus: 4\n---\nend\n";
    expect(() => withField(text, "Status", "x")).toThrow(refusal("ATOMIC_FS_AMBIGUOUS"));
    const inA = { ...refuse, section: "A" };
    expect(withField(text, "Status", "x", inA)).toBe(text.replace("Status: 2", "Status: x"));
    expect(withField(text, "Owner", "x", inA)).toBe(text.replace("Owner: 3", "Owner: x"));
    const inB = { ...refuse, section: "## B" };
    expect(withField(text, "Status", "x", inB)).toBe(text.replace("Status: 4", "Status: x"));
    expect(() => withField(text, "Owner", "x", inB)).toThrow(refusal("ATOMIC_FS_NO_FIELD"));
    const inNone = { ...append, section: "# B" };
    expect(() => withField(text, "Owner", "x", inNone)).toThrow(refusal("ATOMIC_FS_NO_SECTION"));
  });

  test.each([
    ["", undefined, "F: v\n"],
    ["text", undefined, "text\n\nF: v\n"],
    ["A: 1\r\n", undefined, "A: 1\r\nF: v\r\n"],
    ["A: 1\n\n\n", undefined, "A: 1\nF: v\n\n\n"],
    ["- A: 1\n", undefined, "- A: 1\n\nF: v\n"],
    ["```\nA: 1\n```\n", undefined, "```\nA: 1\n```\n\nF: v\n"],
    ["---\nF: 1\n---\n", undefined, "---\nF: 1\n---\n\nF: v\n"],
    ["## S\n## T\n", "S", "## S\n\nF: v\n\n## T\n"],
    ["## S\n\n## T\n", "S", "## S\n\nF: v\n\n## T\n"],
    ["## S\nA: 1\n## T\n", "S", "## S\nA: 1\nF: v\n## T\n"],
    ["## S\n\ntext\n\n### Sub\nb\n", "S", "## S\n\ntext\n\nF: v\n\n### Sub\nb\n"],
    ["S\n---\nT\n---\n", "S", "S\n---\n\nF: v\n\nT\n---\n"],
    ["## S\n- ```\n## T\n", "S", "## S\n- ```\n\nF: v\n\n## T\n"],
  ])("to %j (section %s) a missing field is added when asked", (text, section, expected) => {
    expect(withField(text, "F", "v", { section, missing: "append" })).toBe(expected);
    expect(withField(expected, "F", "v", { section, missing: "append" })).toBe(expected);
  });

  test("nothing is added to code that is not closed, nor what is no field", () => {
    const open = "a\n\n```\ncode\n";
    expect(() => withField(open, "F", "v", append)).toThrow(refusal("ATOMIC_FS_NO_FIELD"));
    for (const field of ["# F", "```", "<!-- F", "<!-- F -->"]) {
      expect(() => withField("a\n", field, "v", append)).toThrow(TypeError);
    }
  });

  test.each([
    ["Status: a\n\n# Next\n", "b\n```"],
    ["Status: a\n", "b\n```"],
    ["Status: a\nPhase: 1\n", "b <!-- c"],
    ["Status: a\n\nPhase: 1\n", "b\n<!-- c"],
    ["Status: a\nPhase: 1\n", "b\n# c"],
    ["above\nStatus: a\nPhase: 1\n", "b\n---"],
    ["Status: a\n---\n", "b\n\nc"],
    ["---\nOwner: me\nStatus: a\n", "b\n---"],
    ["Status: a <!-- b\nc -->\n", "d"],
  ])("in %j, a value %j that would change what is around it is refused", (text, value) => {
    expect(() => withField(text, "Status", value)).toThrow(TypeError);
  });

  test("bytes that are no UTF-8 stay", () => {
    const bytes = Buffer.from([0xff, 0x0a, ...Buffer.from("F: "), 0xc3, 0x0a, 0xe2, 0x80]);
    const changed = setField({ path, bytes }, "F", "é", refuse);
    expect([...changed]).toEqual([0xff, 0x0a, ...Buffer.from("F: é\n"), 0xe2, 0x80]);
  });
});

describe("setSection", () => {
  test.each([
    ["# A\n\nold\nlines\n\n\n# B\n", "A", "new", "# A\n\nnew\n\n\n# B\n"],
    ["# A\nold\n# B\n", "# A", "\n\nnew\n\nmore\n\n", "# A\nnew\n\nmore\n# B\n"],
    ["# A\r\n\r\nold\r\n", "A", "one\ntwo\r\nthree", "# A\r\n\r\none\r\ntwo\r\nthree\r\n"],
    ["# A\n## Sub\nold\n# B\n", "A", "## New\nx", "# A\n## New\nx\n# B\n"],
    ["# A\n## A\nold", "## A", "new", "# A\n## A\nnew"],
    ["Title\n===\nold\n\nB\n===\n", "Title", "new", "Title\n===\nnew\n\nB\n===\n"],
    ["# A\n***\nB\n===\n", "A", "new", "# A\nnew\n\nB\n===\n"],
    ["# A", "A", "new", "# A\n\nnew\n"],
    ["# A\n# B\n", "A", "new", "# A\n\nnew\n\n# B\n"],
    ["# A\n\n# B\n", "A", "new", "# A\n\nnew\n\n# B\n"],
    ["# A\n\n\n\n# B\n", "A", "new", "# A\n\nnew\n\n\n# B\n"],
    ["# A\n\nold\n\n# B\n", "A", " \n", "# A\n\n# B\n"],
    ["# A\nold\n\n# B\n", "A", "", "# A\n\n# B\n"],
    ["# A\n\nold\n\n", "A", "", "# A\n"],
    ["# A\n\n", "A", "", "# A\n\n"],
    ["# A\n```\nopen", "A", "closed", "# A\nclosed"],
    ["# A\nold\n", "A", "    $& \\n $1", "# A\n    $& \\n $1\n"],
  ])("in %j, the section %s with the body %j", (text, heading, body, expected) => {
    expect(withSection(text, heading, body)).toBe(expected);
    expect(withSection(expected, heading, body)).toBe(expected);
  });

  test("a section that is missing is an error, or added at the end", () => {
    const text = "## A\ntext\n\n```\n## B\n```\n- # B\n";
    expect(() => withSection(text, "B", "new")).toThrow(refusal("ATOMIC_FS_NO_SECTION"));
    expect(() => withSection(text, "# A", "new")).toThrow(refusal("ATOMIC_FS_NO_SECTION"));
    expect(withSection(text, "B", "new", "append")).toBe(`${text}\n## B\n\nnew\n`);
    expect(withSection("a", "#### B", "", "append")).toBe("a\n\n#### B\n");
    expect(withSection("", "B", "new", "append")).toBe("## B\n\nnew\n");
    expect(withSection("Status: a\n", "B", "", "append")).toBe("Status: a\n\n## B\n");
    expect(() => withSection("a\n", "B ##", "new", "append")).toThrow(TypeError);
    const open = "<!-- a\n";
    expect(() => withSection(open, "B", "", "append")).toThrow(refusal("ATOMIC_FS_NO_SECTION"));
  });

  test("two sections of that name are ambiguous, a level tells them apart", () => {
    const text = "# A\na\n## A\nb\n";
    expect(() => withSection(text, "A", "new")).toThrow(refusal("ATOMIC_FS_AMBIGUOUS"));
    expect(withSection(text, "## A", "new")).toBe("# A\na\n## A\nnew\n");
  });

  test.each(["# B", "## B", "B\n---", "```\nopen", "<!-- open", "### fine\n\n# B", "<pre>"])(
    "a body %j does not end its section, nor go on behind it",
    (body) => {
      expect(() => withSection("## A\nold\n", "A", body)).toThrow(TypeError);
      expect(() => withSection("## A\nold\n\n## Next\n", "A", body)).toThrow(TypeError);
    },
  );
});

const PIECES =
  String.raw`Status: a|Status: b  |Owner: c|- Owner: d|# One|# One|## Two|Two|# Three|---|===|
${"```"}|~~~|- ${"```"}|> ${"```"}|<!--|-->|<pre>|</pre>|<div>|text <!-- a|text|- item|  more|    code|
> quote|...|[a]: /url|||`
    .split(/\|\n?/)
    .concat("\xFF\xE9");

const lineTexts = fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 8 }));
const documents = fc
  .array(fc.tuple(lineTexts, fc.constantFrom("\n", "\n", "\r\n", "\r")), { maxLength: 15 })
  .map((lines) => Buffer.from(lines.map((line) => line.join("")).join(""), "latin1"));
const values = fc.oneof(
  lineTexts,
  fc.array(lineTexts, { maxLength: 4 }).map((all) => all.join("\n")),
);

/** Undefined: it was refused, by an error that tells why. */
function attempt(edit: () => Uint8Array): string | undefined {
  try {
    return Buffer.from(edit()).toString("latin1");
  } catch (error) {
    if (error instanceof MarkdownError || error instanceof TypeError) return undefined;
    throw error;
  }
}

const bytesOf = (text: string): string => Buffer.from(text).toString("latin1");

test("whatever the document and the value, only the one line changes", () => {
  const check = (bytes: Buffer, asked: string): void => {
    const old = bytes.toString("latin1");
    const value = asked.replace(/[\r\n]+$/, "");
    const now = attempt(() => setField({ path, bytes }, "Status", asked, refuse));
    const lines = scanMarkdown(old).lines.filter(
      ({ start, kind }) => kind === "text" && old.startsWith("Status:", start),
    );
    if (now === undefined) return;
    expect(lines).toHaveLength(1);
    const { start = 0, end = 0 } = lines[0] ?? {};
    const head = `${old.slice(0, start)}Status: ${bytesOf(value)}`;
    expect(now.startsWith(head)).toBe(true);
    expect(now.endsWith(old.slice(end))).toBe(true);
    expect(now.slice(head.length, now.length - (old.length - end))).toMatch(/^(?: {2,})?$/);
    if (/[\r\n]/.test(value)) return;
    const changed = Buffer.from(now, "latin1");
    expect(attempt(() => setField({ path, bytes: changed }, "Status", value, refuse))).toBe(now);
  };
  fc.assert(fc.property(documents, values, check), { numRuns: 3_000 });
});

test("whatever the document and the body, only the section changes", () => {
  const headingsOf = (text: string) =>
    scanMarkdown(text).headings.map(({ level, title }) => [level, title]);
  const check = (bytes: Buffer, body: string): void => {
    const old = bytes.toString("latin1");
    const now = attempt(() => setSection({ path, bytes }, "# One", body, "refuse"));
    if (now === undefined) return;
    const { headings, lines } = scanMarkdown(old);
    const at = headings.findIndex(({ level, title }) => level === 1 && title === "One");
    const next = headings.findIndex(({ level }, index) => index > at && level === 1);
    const start = lines[headings[at]?.last ?? 0]?.next ?? 0;
    const rest = next === -1 ? "" : old.slice(lines[headings[next]?.first ?? 0]?.start);
    expect(now.startsWith(old.slice(0, start))).toBe(true);
    expect(now.endsWith(rest)).toBe(true);
    expect(headingsOf(now).slice(0, at + 1)).toEqual(headingsOf(old).slice(0, at + 1));
    const below = next === -1 ? [] : headingsOf(old).slice(next);
    expect(headingsOf(now).slice(headingsOf(now).length - below.length)).toEqual(below);
    const changed = Buffer.from(now, "latin1");
    expect(attempt(() => setSection({ path, bytes: changed }, "# One", body, "refuse"))).toBe(now);
  };
  fc.assert(fc.property(documents, values, check), { numRuns: 3_000 });
});

test("what was added is found again, and nothing else has changed", () => {
  const check = (bytes: Buffer, value: string, section: string | undefined): void => {
    const place = { section, missing: "append" } as const;
    const old = bytes.toString("latin1");
    const now = attempt(() => setField({ path, bytes }, "New.Field", value, place));
    if (now === undefined) return;
    const at = now.indexOf(`New.Field: ${bytesOf(value)}`);
    expect(at).toBeGreaterThanOrEqual(0);
    const start = now.slice(0, at).replace(/[\r\n]+$/, "");
    expect(old.startsWith(start)).toBe(true);
    const changed = Buffer.from(now, "latin1");
    expect(attempt(() => setField({ path, bytes: changed }, "New.Field", value, place))).toBe(now);
  };
  const oneLine = values.filter((value) => !/[\r\n]/.test(value));
  const sections = fc.constantFrom(undefined, "One", "Two");
  fc.assert(fc.property(documents, oneLine, sections, check), { numRuns: 3_000 });
});
