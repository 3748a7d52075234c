import type * as YamlLibrary from "yaml";
import type { Document, Pair, ParsedNode, Scalar, YAMLMap } from "yaml";

import { ownPath } from "./own-path.ts";

type Yaml = typeof YamlLibrary;

/** A YAML text that is no mapping, or whose field is not what it should be. */
export class YamlFault extends Error {
  override readonly name = "YamlFault";
}

/** A YAML text, and what the library makes of it. */
export interface YamlSource {
  readonly text: string;
  readonly document: Document.Parsed;
  /** Undefined for a text with nothing but comments. */
  readonly map: YAMLMap.Parsed | undefined;
}

export type YamlPair = Pair<ParsedNode, ParsedNode | null>;

const MOST_MESSAGE_CHARACTERS = 200;
const STRING_TAG = "tag:yaml.org,2002:str";

let yaml: Yaml | undefined;

/** The library, loaded by the first who needs it: it takes longer than all the rest of this package. */
export function loadYaml(): Yaml {
  const load = process.getBuiltinModule("node:module").createRequire(ownPath());
  // What the package itself says of its types.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  yaml ??= load("yaml") as Yaml;
  return yaml;
}

let last: YamlSource | undefined;

/**
 * A mapping in YAML, without a byte order mark. Throws `YamlFault`. Not to be changed: several fields of one
 * text are asked for one after the other, and it is parsed once.
 */
export function openYaml(text: string): YamlSource {
  if (last?.text !== text) last = parse(text);
  return last;
}

function parse(text: string): YamlSource {
  const { isMap, parseDocument } = loadYaml();
  let document: Document.Parsed;
  try {
    // The library compares each key with each: see `assertNoKeyTwice`.
    const options = { logLevel: "error", prettyErrors: false, uniqueKeys: false } as const;
    document = parseDocument(text, options);
  } catch (error) {
    // Nested deeper than its parser can follow.
    throw new YamlFault("it is no YAML that can be read", { cause: error });
  }
  const [error] = document.errors;
  if (error?.code === "MULTIPLE_DOCS") throw new YamlFault("it holds more than one document");
  if (error !== undefined) throw new YamlFault(`it is no YAML: ${shortened(error.message)}`);
  const { contents } = document;
  if (contents === null || isNothing(contents)) return { text, document, map: undefined };
  if (!isMap(contents)) throw new YamlFault("it is no mapping of fields to values");
  assertNoKeyTwice(contents);
  return { text, document, map: contents };
}

function isNothing(node: ParsedNode): boolean {
  return loadYaml().isScalar(node) && node.range[0] === node.range[1];
}

function assertNoKeyTwice(map: YAMLMap.Parsed): void {
  const { isScalar } = loadYaml();
  const keys = new Set<string>();
  for (const { key } of map.items) {
    if (!isScalar(key)) continue;
    const text = textOf(key);
    if (keys.has(text)) throw new YamlFault(`it has the field "${shortened(text)}" twice`);
    keys.add(text);
  }
}

function shortened(message: string): string {
  return (message.split("\n", 1)[0] ?? "").slice(0, MOST_MESSAGE_CHARACTERS);
}

/** The field of a mapping; undefined when it has none. */
export function pairOf(map: YAMLMap.Parsed | undefined, field: string): YamlPair | undefined {
  const { isScalar } = loadYaml();
  return map?.items.find(({ key }) => isScalar(key) && textOf(key) === field);
}

/** As it is written, where that is no string in YAML. */
export function textOf({ value, source }: Scalar): string {
  return typeof value === "string" ? value : (source ?? "");
}

/** The text of a field: see `yamlField`. */
export function fieldIn(map: YAMLMap.Parsed | undefined, field: string): string | null | undefined {
  const pair = pairOf(map, field);
  if (pair === undefined) return undefined;
  const { value: node } = pair;
  if (node === null) return null;
  if (!loadYaml().isScalar(node) || (node.tag !== undefined && node.tag !== STRING_TAG)) {
    throw new YamlFault(`its field "${field}" is no text`);
  }
  return node.value === null ? null : textOf(node);
}
