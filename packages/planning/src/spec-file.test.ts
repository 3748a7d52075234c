import { writeFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { outcomeOf } from "../test/support/outcome.ts";
import { projectWith } from "../test/support/spec-project.ts";
import { treeOf } from "../test/support/tree.ts";
import { readSpecName } from "./spec-file.ts";

const FILE = "specs/auth.spec.md";

function nameIn(content: string | Uint8Array): string {
  return readSpecName(join(projectWith({ [FILE]: content }), FILE));
}

test.each([
  ["LF", "---\nname: auth-fix\n---\n# Auth\n"],
  ["CRLF", "---\r\nname: auth-fix\r\ntitle: x\r\n---\r\n# Auth\r\n"],
  ["CR", "---\rname: auth-fix\r---\r# Auth\r"],
  ["a byte order mark", "\uFEFF---\nname: auth-fix\n---\n"],
  ["a byte order mark and CRLF", "\uFEFF---\r\nname: auth-fix\r\n---\r\n"],
  ["blanks behind the lines", "--- \t\nname: auth-fix   \n---  \nname: other\n"],
  ["three dots at the end", "---\nname: auth-fix\n...\nname: other\n"],
  ["no end of the last line", "---\nname: auth-fix\n---"],
  ["single quotes", "---\nname: 'auth-fix' # a comment\n---\n"],
  ["double quotes", '---\n"name": "auth\\u002dfix"\n---\n'],
  ["other fields, also nested ones", "---\nx: {name: no}\ny:\n  name: no\nname: auth-fix\n---\n"],
  ["an anchor", "---\nname: &n auth-fix\nalso: *n\n---\n"],
  ["the tag of a text", "---\nname: !!str auth-fix\n---\n"],
  ["a flow mapping", "---\n{title: 'x', name: auth-fix}\n---\n"],
  ["a comment before", "---\n# mine\n\nname: auth-fix\n---\n"],
])("the name is found with %s", (_, content) => {
  expect(nameIn(content)).toBe("auth-fix");
});

test.each([
  ["007", "007"],
  ["1.10", "1.10"],
  ["1e3", "1e3"],
  ["0x1F", "0x1F"],
  ["yes", "yes"],
  ["true", "true"],
  ["2024-01-01", "2024-01-01"],
  ['"null"', "null"],
  ["ünïcode", "ünïcode"],
  ["two words", "two words"],
])("the name %s is taken as it is written", (written, name) => {
  expect(nameIn(`---\nname: ${written}\n---\n`)).toBe(name);
});

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");

test.each<[string, string | Uint8Array]>([
  ["an empty file", ""],
  ["no front matter", "# Auth\nname: auth-fix\n"],
  ["front matter that does not start the file", "\n---\nname: auth-fix\n---\n"],
  ["front matter without an end", "---\nname: auth-fix\n"],
  ["an end that is indented", "---\nname: auth-fix\n ---\n"],
  ["four dashes", "----\nname: auth-fix\n----\n"],
  ["nothing between the lines", "---\n---\n"],
  ["only a comment", "---\n# name: auth-fix\n---\n"],
  ["no name", "---\ntitle: auth-fix\n---\n"],
  ["a null", "---\nname: null\n---\n"],
  ["a tilde", "---\nname: ~\n---\n"],
  ["nothing behind the colon", "---\nname:\n---\n"],
  ["a list", "---\nname: [auth-fix]\n---\n"],
  ["a mapping", "---\nname: {a: b}\n---\n"],
  ["an alias", "---\nx: &x auth-fix\nname: *x\n---\n"],
  ["an alias to nothing", "---\nname: *x\n---\n"],
  ["a tag", "---\nname: !shell auth-fix\n---\n"],
  ["a tag that changes it", "---\nname: !!binary YXV0aA==\n---\n"],
  ["a name twice", "---\nname: a\nname: b\n---\n"],
  ["a name twice, in two spellings", "---\nname: a\n'name': b\n---\n"],
  ["a list of fields", "---\n- name: auth-fix\n---\n"],
  ["a text", "---\nauth-fix\n---\n"],
  ["broken YAML", "---\nname: [auth\n---\n"],
  ["bytes that are no UTF-8", bytes("---\nname: a\xff\n---\n")],
  [
    "bytes that are no UTF-8 far behind",
    bytes(`---\nname: auth-fix\n---\n${"x".repeat(9000)}\xc3`),
  ],
])("%s is refused", (_, content) => {
  const root = projectWith({ [FILE]: content });
  const before = treeOf(root);
  const spec = join(root, FILE);
  const expected = { code: "PLANNING_SPEC_INVALID", path: spec };
  expect(() => readSpecName(spec)).toThrow(expect.objectContaining(expected));
  expect(treeOf(root)).toEqual(before);
});

test.each([
  ["of several lines", "|\n  auth\n  fix"],
  ["with a line end", "|\n  auth-fix"],
  ["with a NUL", '"a\\0b"'],
  ["with a raw NUL", "a\0b"],
  ["with an escape sequence", '"\\e[31mred"'],
  ["that leads out", "../../evil"],
  ["that is absolute", "/etc/passwd"],
  ["that is a path", "a/b"],
  ["of Windows' devices", "con"],
  ["of Cabinet's own", ".active"],
  ["that is empty", "''"],
  ["that is very long", "x".repeat(900_000)],
])("a name %s is no name of a spec", (_, written) => {
  expect(() => nameIn(`---\nname: ${written}\n---\n`)).toThrow(
    expect.objectContaining({
      code: expect.stringMatching(/^PLANNING_(NAME_UNSAFE|SPEC_INVALID)$/),
    }),
  );
});

test("the message about a very long name is short", () => {
  expect(() => nameIn(`---\nname: ${"x".repeat(900_000)}\n---\n`)).toThrow(/^.{1,300}$/s);
});

test("aliases that stand for very much are not followed", () => {
  const list = (index: number): string => Array.from({ length: 9 }, () => `*l${index}`).join(", ");
  const lists = Array.from(
    { length: 40 },
    (_, index) => `l${index + 1}: &l${index + 1} [${list(index)}]`,
  );
  const text = `---\nl0: &l0 [x]\n${lists.join("\n")}\nname: auth-fix\n---\n`;
  expect(nameIn(text)).toBe("auth-fix");
});

test("a file of 1 MiB is read, a larger one is not", () => {
  const text = "---\nname: auth-fix\n---\n".padEnd(2 ** 20, "x");
  expect(nameIn(text)).toBe("auth-fix");
  expect(() => nameIn(`${text}x`)).toThrow(expect.objectContaining({ code: "PLANNING_TOO_LARGE" }));
});

test("a file that is not there, and a folder, are no specs", () => {
  const root = projectWith({ [FILE]: "" });
  expect(() => readSpecName(join(root, "none.md"))).toThrow(
    expect.objectContaining({ code: "PLANNING_SPEC_INVALID" }),
  );
  expect(() => readSpecName(join(root, "specs"))).toThrow(
    expect.objectContaining({ code: "PLANNING_UNREADABLE" }),
  );
});

test("whatever the bytes, the answer is a name or a typed error", () => {
  const root = projectWith({ [FILE]: "" });
  const piece = fc.constantFrom(
    ..."--- ... name - { [ *a ' \" | a".split(" "),
    ..."\n|\r\n|\r|: |&a |# | |\t|\0|\xff|\xef\xbb\xbf|!x ".split("|"),
  );
  const file = join(root, FILE);
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      writeFileSync(file, bytes(`---\n${pieces.join("")}\n---\n`));
      const outcome = outcomeOf(() => readSpecName(file));
      const answer =
        "error" in outcome ? Reflect.get(Object(outcome.error), "code") : outcome.value;
      expect(answer).toMatch("error" in outcome ? /^PLANNING_/ : /./);
    }),
  );
});
