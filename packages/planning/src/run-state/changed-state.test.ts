import fc from "fast-check";
import { expect, test } from "vitest";

import { changedState } from "./changed-state.ts";
import { bytesOf, openLog } from "./markdown-log.ts";
import { RunFault } from "./run-fault.ts";
import { assertStateChanges, type StateChanges } from "./state-changes.ts";

function changed(before: string, changes: StateChanges): string {
  assertStateChanges(changes);
  return Buffer.from(bytesOf(changedState(openLog(Buffer.from(before)), changes))).toString();
}

const INVALID = expect.objectContaining({ code: "PLANNING_RUN_INVALID" });
const damagedBy = (message: string) =>
  expect.objectContaining({
    code: "PLANNING_RUN_DAMAGED",
    message: expect.stringContaining(message),
  });

test("a new field stands at the top, one that is there is changed in its place", () => {
  const before = "# State\r\n\r\nPhase: 1\r\n\r\n## Next\r\n\r\nOwner: me\r\n";
  const changes = { fields: { Owner: "you", Plan: "02-1" }, sections: { Log: "a\nb" } };
  expect(changed(before, changes)).toBe(
    "# State\r\n\r\nPhase: 1\r\nPlan: 02-1\r\n\r\n## Next\r\n\r\nOwner: you\r\n\r\n## Log\r\n\r\na\r\nb\r\n",
  );
});

test("a value that ends in a letter whose last byte is a blank by itself stays whole", () => {
  expect(changed("# State\n", { fields: { Name: "voilà" } })).toContain("Name: voilà\n");
});

test.each([
  ["# State\n\n## Next\n\nOwner: me\n", "# State\n\nOwner: you\n\n## Next\n\nx\n"],
  ["## Next\n\nOwner: me\n", "Owner: you\n\n## Next\n\nx\n"],
  ["# Next\n\nOwner: me\n", "Owner: you\n\n# Next\n\nx\n"],
  ["---\na: b\n---\n# Next\n", "---\na: b\n---\n\nOwner: you\n\n# Next\n\nx\n"],
  ["Owner: me", "Owner: you\n\n## Next\n\nx\n"],
  ["", "Owner: you\n\n## Next\n\nx\n"],
])("of %j a field is not lost in a section that is replaced", (before, after) => {
  const changes = { fields: { Owner: "you" }, sections: { Next: "x" } };
  expect(changed(before, changes)).toBe(after);
  expect(changed(after, changes)).toBe(after);
});

test.each([
  "**Owner:** me",
  "**Owner**: me",
  "__Owner__: me",
  "- Owner: me",
  "* **Owner:** me",
  "Owner:me",
  "Owner: me  \nmore",
])("the field %j is found, and keeps its form", (line) => {
  const before = `# State\n\n${line}\n\n## Next\n`;
  expect(changed(before, { fields: { Owner: "you" } })).toBe(
    before.replace(/:((?:\*\*)?) ?me/, ":$1 you"),
  );
});

test("a field that was asked for in another form is that field", () => {
  expect(changed("Owner: me\n", { fields: { "**Owner:**": "you" } })).toBe("Owner: you\n");
  expect(changed("# State\n", { fields: { "**Owner:**": "you" } })).toBe(
    "# State\n\n**Owner:** you\n",
  );
});

test("a field at the top counts before one that is in the text of a section", () => {
  const changes = { fields: { Note: "a" }, sections: { Log: "Note: b\n- Note: c" } };
  const made = changed("# State\n", changes);
  expect(made).toBe("# State\n\nNote: a\n\n## Log\n\nNote: b\n- Note: c\n");
  expect(changed(made, { fields: { Note: "d" } })).toBe(made.replace("Note: a", "Note: d"));
});

test("sections inside of each other are all there", () => {
  const before = "# State\n\nold\n\n## Next\n\nold\n\n### Then\n\nold\n";
  const sections = { Then: "z", Next: "y", State: "x" };
  expect(changed(before, { sections })).toBe("# State\n\nx\n\n## Next\n\ny\n\n## Then\n\nz\n");
});

test("two fields or sections of one name are told of", () => {
  expect(() => changed("Owner: a\n- Owner: b\n", { fields: { Owner: "c" } })).toThrow(
    damagedBy('it has 2 fields "Owner"'),
  );
  expect(() => changed("# Log\n\n## Log\n", { sections: { Log: "c" } })).toThrow(
    damagedBy('it has 2 sections "Log"'),
  );
  expect(changed("# Log\n\n## Log\n", { sections: { "## Log": "c" } })).toBe(
    "# Log\n\n## Log\n\nc\n",
  );
});

test.each([
  [{ sections: { Log: "# Out\n" } }],
  [{ sections: { Log: "```\nopen" } }],
  [{ sections: { Log: "<!-- open" } }],
  [{ sections: { "#": "x" } }],
  [{ sections: { Log: "x", "## Log": "y" } }],
  [{ sections: { State: "## Log\n\nx", Log: "y" } }],
  [{ fields: { Status: "a\n# b" } }],
  [{ fields: { Status: "a <!-- b" } }],
  [{ fields: { "a\nb": "c" } }],
  [{ fields: { "a: b": "c" } }],
  [{ fields: { " a": "c" } }],
  [{ fields: { "# a": "c" } }],
  [{ fields: { "<!-- a": "c" } }],
  [{ fields: { a: "1", "**a**": "2" } }],
  [{}],
])("%j is no change", (changes) => {
  const before = "# State\n\n## Log\n\n## Next\n\nx\n";
  expect(() => changed(before, changes)).toThrow(INVALID);
});

test("behind code that is not closed nothing is added, and what is above can be changed", () => {
  const open = "# State\n\nOwner: me\n\n## Log\n\n```\ncode\n";
  expect(() => changed(open, { sections: { Next: "x" } })).toThrow(damagedBy("is not closed"));
  expect(changed(open, { fields: { Owner: "you" } })).toBe(open.replace("me", "you"));
  expect(changed(open, { sections: { Log: "x" } })).toBe("# State\n\nOwner: me\n\n## Log\n\nx\n");
});

const NAMES = ["Status", "Plan", "Next step", "Ort"];
const HEADINGS = ["Next", "Log", "### Deep", "State"];
const line = fc.constantFrom(
  "text",
  "",
  "Status: old",
  "**Plan:** old",
  "- Next step: old",
  "- item",
  "> quote",
  "```\ncode: x\n```",
  "<!-- Status: hidden -->",
  "## Next",
  "## Log",
  "### Deep",
  "a setext heading\n---",
);
const file = fc
  .tuple(fc.boolean(), fc.array(line, { maxLength: 12 }), fc.constantFrom("\n", "\r\n"))
  .map(([hasTitle, lines, end]) => [...(hasTitle ? ["# State", ""] : []), ...lines].join(end));
const value = fc.stringMatching(/^[a-z*:#<>` -]{0,12}$/).map((text) => text.trim());
const body = fc
  .array(fc.constantFrom("a", "", "Status: b", "#### d", "> q", "- x", "  y"), { maxLength: 4 })
  .map((lines) => lines.join("\n"));
const changesOf = fc.record({
  fields: fc.dictionary(fc.constantFrom(...NAMES), value),
  sections: fc.dictionary(fc.constantFrom(...HEADINGS), body),
});

/** Read back by other means: the first line of that form outside of the sections, and what is below a heading. */
function fieldsOf(text: string, name: string): string[] {
  const label = new RegExp(`^(?:- )?(?:\\*\\*)?${name}(?::\\*\\*|:)(.*)$`, "gm");
  return [...text.matchAll(label)].map(([, found = ""]) => found.trim());
}

function holdsSection(text: string, heading: string, asked: string): boolean {
  const title = heading.replace(/^#+ /, "");
  const below = text.split(new RegExp(`^#+ ${title}$`, "m"))[1] ?? "missing";
  const words = asked.split("\n").filter((one) => one.trim() !== "");
  const lines = below.split("\n").filter((one) => one.trim() !== "");
  return words.every((one, index) => one === lines[index]);
}

/** Undefined where it was refused. */
function attempt(before: string, changes: StateChanges): string | undefined {
  try {
    return changed(before, changes);
  } catch (error) {
    if (error instanceof RunFault) return undefined;
    throw error;
  }
}

test("whatever is asked of whatever file, all of it is there afterwards, or nothing was changed", () => {
  let made = 0;
  const property = fc.property(file, changesOf, changesOf, (before, first, second) => {
    let text = before;
    for (const changes of [first, second]) {
      if (Object.keys({ ...changes.fields, ...changes.sections }).length === 0) continue;
      const after = attempt(text, changes);
      if (after === undefined) continue;
      text = after;
      made += 1;
      const shown = text.replaceAll("\r\n", "\n");
      for (const [name, asked] of Object.entries(changes.fields)) {
        expect(fieldsOf(shown, name)).toContain(asked);
      }
      for (const [heading, asked] of Object.entries(changes.sections)) {
        expect([heading, holdsSection(shown, heading, asked), shown]).toEqual([
          heading,
          true,
          shown,
        ]);
      }
    }
  });
  fc.assert(property, { numRuns: 200 });
  expect(made).toBeGreaterThan(150);
});
