import fc from "fast-check";
import { parse } from "jsonc-parser";
import { expect, test } from "vitest";

import { pluginEntriesIn, withPluginEntry } from "./config-text.ts";

const NEW = "@x/opencode-plugin";

test.each([
  ["an empty object", "{}", `{\n  "plugin": ["${NEW}"]\n}`],
  ["an empty list", '{ "plugin": [] }', `{ "plugin": ["${NEW}"] }`],
  ["one line", '{"a": 1}', `{"a": 1, "plugin": ["${NEW}"]}`],
  ["a list on one line", '{"plugin": ["a"]}\n', `{"plugin": ["a", "${NEW}"]}\n`],
  ["a comma at the end", '{"plugin": ["a",]}', `{"plugin": ["a", "${NEW}",]}`],
  [
    "a comment behind the last entry, which stays behind it",
    '{\n  "plugin": [\n    "a", // of a\n    "b" // of b\n  ]\n}\n',
    `{\n  "plugin": [\n    "a", // of a\n    "b", // of b\n    "${NEW}"\n  ]\n}\n`,
  ],
  [
    "tabs, CRLF and commas at the ends",
    '{\r\n\t"plugin": [\r\n\t\t"a",\r\n\t],\r\n}\r\n',
    `{\r\n\t"plugin": [\r\n\t\t"a",\r\n\t\t"${NEW}",\r\n\t],\r\n}\r\n`,
  ],
  [
    "only a comment in the list",
    '{\n  "plugin": [\n    // none yet\n  ]\n}',
    `{\n  "plugin": [\n    // none yet\n    "${NEW}"\n  ]\n}`,
  ],
  [
    "a line comment where there is one line",
    '{ "plugin": ["a" // of a\n] }',
    `{ "plugin": ["a", // of a\n  "${NEW}"\n] }`,
  ],
  [
    "a line comment behind two entries of one line",
    '{"plugin": [\n  "a", "b" // of both\n]}',
    `{"plugin": [\n  "a", "b", // of both\n  "${NEW}"\n]}`,
  ],
  ["a byte order mark", '\uFEFF{"a": 1}', `\uFEFF{"a": 1, "plugin": ["${NEW}"]}`],
  [
    "nothing",
    " \n",
    `{\n  "$schema": "https://opencode.ai/config.json",\n  "plugin": ["${NEW}"]\n}\n`,
  ],
])("the entry is added where there is %s", (_, text, expected) => {
  expect(withPluginEntry(text)).toBe(expected);
});

test.each([
  ['{\n  "plugin": ["a", }\n', "line 2, column 19: value expected"],
  ['{"plugin": "a"}', 'line 1, column 12: "plugin" is no list'],
  ['{"plugin": [],\r\n "plugin": []}', 'line 2, column 2: "plugin" stands here a second time'],
  ["// only a comment", "line 1, column 18: value expected"],
  ["[]", "line 1, column 1: this is no object"],
  ['{"a": 1} b', "line 1, column 10: invalid symbol"],
  [`{"a": ${"[".repeat(200_000)}`, "it is nested too deeply"],
])("in %.40j a fault is found, with its place", (text, message) => {
  expect(() => withPluginEntry(text)).toThrow(message);
  expect(() => pluginEntriesIn(text)).toThrow(message);
});

/** What may stand between two tokens, in front of any of them. */
const trivia = fc.constantFrom("", " ", "\n", "\r\n\t", "/* , ] */", '// } "a"\n', "\n  // b\n  ");

/** A value as somebody may have written it. */
function written(value: unknown, next: () => string, comma: () => string): string {
  if (Array.isArray(value))
    return bracketed(
      "[]",
      value.map((item) => written(item, next, comma)),
    );
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}${next()}:${next()}${written(item, next, comma)}`,
  );
  return bracketed("{}", fields);

  function bracketed([open = "", close = ""]: string, items: readonly string[]): string {
    const inner = items.map((item) => `${next()}${item}${next()}`).join(",");
    return `${open}${inner}${items.length > 0 ? comma() : ""}${next()}${close}`;
  }
}

const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const entries = fc.array(fc.oneof(fc.string(), fc.tuple(fc.string(), fc.constant({ a: [1] }))));
const others = fc.dictionary(
  fc.string().filter((key) => !["plugin", "__proto__"].includes(key)),
  fc.oneof(scalar, fc.array(scalar)),
  { maxKeys: 3 },
);

test("whatever else is in it, all of it stays, and the entry is the last one", () => {
  fc.assert(
    fc.property(
      others,
      fc.option(entries, { nil: undefined }),
      fc.boolean(),
      fc.infiniteStream(trivia),
      fc.infiniteStream(fc.constantFrom("", ",")),
      (fields, plugin, isFirst, trivias, commas) => {
        const own = plugin === undefined ? {} : { plugin };
        const value = isFirst ? { ...own, ...fields } : { ...fields, ...own };
        const text = written(
          value,
          () => trivias.next().value,
          () => commas.next().value,
        );
        const made = withPluginEntry(text);
        const errors: unknown[] = [];
        const options = { allowTrailingComma: true };
        expect(parse(made, errors as [], options)).toEqual({
          ...value,
          plugin: [...(plugin ?? []), NEW],
        });
        expect(errors).toEqual([]);
        expect(isAddedTo(text, made)).toBe(true);
        expect(pluginEntriesIn(made)).toEqual([...(plugin ?? []), NEW]);
      },
    ),
  );
});

/** Whether all characters of the one are in the other, in their order. */
function isAddedTo(text: string, made: string): boolean {
  let found = 0;
  for (const unit of made) if (text.startsWith(unit, found)) found += unit.length;
  return found === text.length;
}
