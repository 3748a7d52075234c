import { createRequire } from "node:module";

import type * as YamlLibrary from "yaml";
import type { Document, Pair, ParsedNode, Scalar, YAMLMap } from "yaml";

type Yaml = typeof YamlLibrary;

/** A YAML text that is no mapping, or whose field is not what it should be. */
export class YamlFault extends Error {
  override readonly name = "YamlFault";
}

const BYTE_ORDER_MARK = "\uFEFF";
const STRING_TAG = "tag:yaml.org,2002:str";

let yaml: Yaml | undefined;

/** Loaded by the first who needs it: it takes longer than all the rest of this package. */
function loadYaml(): Yaml {
  const load = createRequire(import.meta.url);
  // What the package itself says of its types.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  yaml ??= load("yaml") as Yaml;
  return yaml;
}

/**
 * The field of a YAML mapping, as it is written: `007` and `yes` are text. Null for a null or for nothing
 * behind the colon, undefined without the field. Throws `YamlFault`, also for what is no plain value: no
 * alias is followed and no tag obeyed.
 */
export function yamlField(text: string, field: string): string | null | undefined {
  return fieldIn(open(text).map, field);
}

/** Whether the mapping has that key. Throws `YamlFault`. */
export function hasYamlField(text: string, field: string): boolean {
  return pairOf(open(text).map, field) !== undefined;
}

/**
 * The text with `field: value` in the place of what was there, or at its end. Comments, line ends, quotes and
 * all other fields stay byte for byte, but where YAML's syntax leaves no choice. Throws `YamlFault`.
 */
export function withYamlField(text: string, field: string, value: string | null): string {
  const source = open(text);
  if (pairOf(source.map, field) !== undefined && fieldIn(source.map, field) === value) return text;
  const rendered = loadYaml().stringify(value, { lineWidth: 0, compat: "yaml-1.1" }).trimEnd();
  const edited = spliced(text, source, field, rendered);
  if (isSame(source, edited, field, value)) return edited;
  return rewritten(source, (document) => document.set(field, value));
}

/** The text with the key `from` renamed. Keeps and throws what `withYamlField` does. */
export function withYamlKey(text: string, from: string, to: string): string {
  const source = open(text);
  const value = fieldIn(source.map, from);
  const [start, end] = pairOf(source.map, from)?.key.range ?? [0, 0];
  const edited = text.slice(0, start) + to + text.slice(end);
  if (value !== undefined && isSame(source, edited, to, value, from)) return edited;
  return rewritten(source, (document) => {
    document.delete(from);
    document.set(to, value ?? null);
  });
}

interface Source {
  readonly text: string;
  readonly document: Document.Parsed;
  /** Undefined for a text with nothing but comments. */
  readonly map: YAMLMap.Parsed | undefined;
}

function open(text: string): Source {
  const { isMap, parseDocument } = loadYaml();
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { logLevel: "error", prettyErrors: false });
  } catch (error) {
    // Nested deeper than its parser can follow.
    throw new YamlFault("it is no YAML that can be read", { cause: error });
  }
  const [error] = document.errors;
  if (error !== undefined) throw new YamlFault(`it is no YAML: ${firstLine(error.message)}`);
  const { contents } = document;
  if (contents === null || isEmptyScalar(contents)) return { text, document, map: undefined };
  if (!isMap(contents)) throw new YamlFault("it is no mapping of fields to values");
  return { text, document, map: contents };
}

function isEmptyScalar(node: ParsedNode): boolean {
  return loadYaml().isScalar(node) && node.source === "";
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? "";
}

function pairOf(
  map: YAMLMap.Parsed | undefined,
  field: string,
): Pair<ParsedNode, ParsedNode | null> | undefined {
  const { isScalar } = loadYaml();
  return map?.items.find(({ key }) => isScalar(key) && textOf(key) === field);
}

/** As it is written, where that is no string in YAML. */
function textOf({ value, source }: Scalar): string {
  return typeof value === "string" ? value : (source ?? "");
}

function fieldIn(map: YAMLMap.Parsed | undefined, field: string): string | null | undefined {
  const pair = pairOf(map, field);
  if (pair === undefined) return undefined;
  const { value: node } = pair;
  if (node === null) return null;
  if (!loadYaml().isScalar(node) || (node.tag !== undefined && node.tag !== STRING_TAG)) {
    throw new YamlFault(`its field "${field}" is no text`);
  }
  return node.value === null ? null : textOf(node);
}

function spliced(text: string, { document, map }: Source, field: string, rendered: string): string {
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const pair = pairOf(map, field);
  if (pair === undefined) {
    // In front of what ends the document, or at the end of the text.
    const end = map?.flow === true ? text.length : (document.range[1] ?? text.length);
    const before = text.slice(0, end);
    const isEnded = before === "" || /[\r\n\uFEFF]$/.test(before);
    return `${before}${isEnded ? "" : lineEnd}${field}: ${rendered}${lineEnd}${text.slice(end)}`;
  }
  const node = pair.value;
  const [start, end] = node?.range ?? [text.length, text.length];
  const gap = start === end && text[start - 1] === ":" ? " " : "";
  const next = start === end && /[^\s]/.test(text[end] ?? "\n") ? " " : "";
  return text.slice(0, start) + gap + rendered + next + text.slice(end);
}

/** Whether the edited text has this value, and everything else is what it was. */
function isSame(
  source: Source,
  edited: string,
  field: string,
  value: string | null,
  former: string = field,
): boolean {
  try {
    const now = open(edited);
    const others = othersIn(now, field);
    return (
      fieldIn(now.map, field) === value &&
      JSON.stringify(others) === JSON.stringify(othersIn(source, former))
    );
  } catch {
    // Not what it should be: written the other way.
    return false;
  }
}

/** The other fields, each as it is written. */
function othersIn({ text, map }: Source, field: string): string[] {
  const written = (node: ParsedNode | null): string =>
    node === null ? "" : text.slice(node.range[0], node.range[1]);
  const own = pairOf(map, field);
  return (map?.items ?? [])
    .filter((pair) => pair !== own)
    .map(({ key, value }) => `${written(key)}: ${written(value)}`);
}

/** The library writes it anew: comments stay, blanks and line breaks may not. */
function rewritten({ text, document }: Source, change: (document: Document) => void): string {
  const copy: Document = document.clone();
  change(copy);
  const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
  const lines = copy.toString({ lineWidth: 0 });
  return mark + (text.includes("\r\n") ? lines.replaceAll("\n", "\r\n") : lines);
}
