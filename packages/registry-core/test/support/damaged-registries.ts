import { SESSION } from "./registration-faults.ts";

/** An entry as the original tool writes it. */
export const plan = '{"plan": "demo", "createdAt": "2026-11-21", "status": "created"}';

/** The same with more members. */
export const planWith = (members: string): string => `${plan.slice(0, -1)}, ${members}}`;

export const nulBytes = (length: number): string => "\0".repeat(length);
const registryOf = (...keys: readonly string[]): string =>
  `{${keys.map((key) => `"${key}": ${plan}`).join(", ")}}`;
const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
/** A JSON text of so many levels. */
export const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

/** Files of which a naive registration loses something, by what they are like; made of a sound one. */
export const LOST_NAIVELY: Readonly<Record<string, (text: string) => string | Uint8Array>> = {
  "cut in half": (text) => text.slice(0, text.length / 2),
  "without its last bracket": (text) => text.slice(0, -2),
  "of NUL bytes": (text) => nulBytes(text.length),
  "with NUL bytes at its end": (text) => text.slice(0, 300) + nulBytes(text.length - 300),
  "with a NUL byte behind it": (text) => text + nulBytes(1),
  "with NUL bytes in its middle": (text) => text.slice(0, 300) + nulBytes(99) + text.slice(399),
  "with NUL bytes at its start": (text) => nulBytes(512) + text.slice(512),
  "in Latin-1": (text) => latin1(text.replace("p0", "\u00fc")),
  "with an overlong character": (text) => latin1(text.replace("p0", "\xc0\xaf")),
  "with a surrogate in UTF-8": (text) => latin1(text.replace("p0", "\xed\xa0\x80")),
  "with half a character": (text) => latin1(text.replace("p0", "\xe2\x98")),
  "in UTF-16": (text) => Buffer.from(`\ufeff${text}`, "utf16le"),
  "with a byte-order mark": (text) => `\ufeff${text}`,
  "with an entry twice": () => `{"ses_66e": ${plan}, "ses_66e": ${plan.replace("demo", "b")}}`,
  "with an entry in two spellings": () =>
    `{"ses_66e": {"note": 1}, "ses_66\\u0065": {"plan": "b"}}`,
  "with a field twice": () => '{"ses_66e": {"plan": "a", "plan": "b"}}',
  "with an item of a list twice": () => '{"odd": [{"a": 1, "a": 2}]}',
  "with a number beyond 2^53": () => '{"odd": 9007199254740993}',
  "with a number beyond all": () => '{"odd": [1e400]}',
  "with a number below all": () => '{"odd": {"x": -1e-400}}',
  "with more digits than are kept": () => '{"odd": 0.10000000000000000555}',
  "a list": (text) => `[${text}]`,
  "a text": (text) => JSON.stringify(text),
  "with an entry that is none": () => '{"ses_66d": [1, 2, 3]}',
  "with a session that is none": () =>
    `{"ses_66d": ${planWith(`"sessions": {"${SESSION}": [${plan}]}`)}}`,
  "with sessions that are none": () => `{"ses_66d": ${planWith(`"sessions": [${plan}]`)}}`,
  "with a comma too many": (text) => text.replace(/\}\s*$/, ",}"),
  "with a comment": (text) => `// ours\n${text}`,
  "followed by another one": (text) => text + text,
};

/** Files that hold nothing, or nothing that is hard to keep. */
export const CARRIED: Readonly<Record<string, (text: string) => string | Uint8Array>> = {
  empty: () => "",
  "of white space": () => " \r\n\t",
  null: () => "null",
  "as we write it": (text) => text,
  "in one line": (text) => JSON.stringify(JSON.parse(text)),
  "with other line ends": (text) => text.replaceAll("\n", "\r\n\t"),
  "of an original tool": () => registryOf("ses_66d", "ses_66e"),
  "with keys of every object": () => registryOf("__proto__", "constructor", "toString", "valueOf"),
  "with such keys in an entry": () =>
    `{"ses_66e": ${planWith('"__proto__": {"plan": 1}, "constructor": 2, "toString": null')}}`,
  "with such keys beside the session's": () =>
    `{"ses_66d": ${planWith(`"__proto__": 3, "sessions": ${registryOf("__proto__", "constructor", "toString")}`)}}`,
  "with such keys in the session's own": () =>
    `{"ses_66d": ${planWith(`"sessions": {"${SESSION}": ${planWith('"__proto__": 5, "valueOf": {"__proto__": {}}')}}`)}}`,
  "with numbers in other spellings": () => '{"odd": [1.0, 2e2, -0, 1E-5, 9007199254740992]}',
  "with lone surrogates": () => '{"odd": "\\ud800", "\\udfff": ["\\ud83d\\ude00"]}',
  "with lone surrogates in its plans": () =>
    `{"ses_66d": ${planWith('"\\ud800": "\\udfff", "parentID": "\\ud800"')}, "ses_66\\ud83d": ${plan}}`,
  "with a status that only a newer tool knows": () =>
    `{"ses_66d": ${planWith(`"sessions": ${registryOf("ses_66d1")}`).replace('"created"', '"archived"')}}`,
  "with sessions and no plan": () => `{"ses_66d": {"sessions": ${registryOf("ses_66d1")}}}`,
  "with empty sessions": () => `{"ses_66d": ${planWith('"sessions": {}')}}`,
  "with empty sessions and the latest one": () =>
    `{"ses_66d": ${planWith('"sessionID": "ses_66d1", "sessions": {}')}}`,
  "with keys of digits": () => registryOf("7", "ses_66e", "1"),
};
