import type { Document, ParsedNode } from "yaml";

import { plainMapping } from "./plain-mapping.ts";
import {
  fieldIn,
  loadYaml,
  openYaml,
  pairOf,
  textOf,
  YamlFault,
  type YamlPair,
  type YamlSource,
} from "./yaml-source.ts";

export { YamlFault };

const BYTE_ORDER_MARK = "\uFEFF";

/**
 * The field of a YAML mapping, as it is written: `007` and `yes` are text. Null for a null or for nothing
 * behind the colon, undefined without the field. Throws `YamlFault`, also for what is no plain value: no
 * alias is followed and no tag obeyed.
 */
export function yamlField(text: string, field: string): string | null | undefined {
  const { body } = marked(text);
  const plain = plainMapping(body);
  return plain === undefined ? fieldIn(openYaml(body).map, field) : plain.get(field);
}

/** Whether the mapping has that key. Throws `YamlFault`. */
export function hasYamlField(text: string, field: string): boolean {
  const { body } = marked(text);
  return plainMapping(body)?.has(field) ?? pairOf(openYaml(body).map, field) !== undefined;
}

/**
 * The text with `field: value` in the place of what was there, or at its end. Comments, line ends, quotes and
 * all other fields stay byte for byte, but where YAML's syntax leaves no choice. Throws `YamlFault`.
 */
export function withYamlField(text: string, field: string, value: string | null): string {
  const { mark, body } = marked(text);
  const source = openYaml(body);
  if (pairOf(source.map, field) !== undefined && fieldIn(source.map, field) === value) return text;
  const edit = { source, field, value, former: field };
  const edited = renderings(value, pairOf(source.map, field))
    .flatMap((rendered) => spliced(source, field, rendered))
    .find((one) => keepsText(one, edit));
  return mark + (edited ?? rewritten(edit, (document) => document.set(field, value)));
}

/** The text with the key `from` renamed. Keeps and throws what `withYamlField` does. */
export function withYamlKey(text: string, from: string, to: string): string {
  const { mark, body } = marked(text);
  const source = openYaml(body);
  const value = fieldIn(source.map, from);
  if (value === undefined) throw new YamlFault(`it has no field "${from}"`);
  const [start, end] = pairOf(source.map, from)?.key.range ?? [0, 0];
  const edited = body.slice(0, start) + to + body.slice(end);
  const edit = { source, field: to, value, former: from };
  if (keepsText(edited, edit)) return mark + edited;
  return mark + rewritten(edit, (document) => renameKey(document, from, to));
}

/** The library takes a byte order mark for a column. */
function marked(text: string): { readonly mark: string; readonly body: string } {
  const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
  return { mark, body: text.slice(mark.length) };
}

function renameKey({ contents }: Document, from: string, to: string): void {
  const { isMap, isScalar } = loadYaml();
  for (const { key } of isMap(contents) ? contents.items : []) {
    if (isScalar(key) && textOf(key) === from) key.value = to;
  }
}

/** As it was written before, as people write it, and in quotes, which fit where that does not. */
function renderings(value: string | null, former: YamlPair | undefined): string[] {
  const options = { lineWidth: 0, blockQuote: false, compat: "yaml-1.1" } as const;
  const plain = loadYaml().stringify(value, options).replace(/\n$/, "");
  if (value === null) return [plain];
  const [double, single] = [JSON.stringify(value), `'${value.replaceAll("'", "''")}'`];
  const { isScalar } = loadYaml();
  const type = isScalar(former?.value) ? former.value.type : undefined;
  if (type === "QUOTE_SINGLE") return [single, plain, double];
  return type === "QUOTE_DOUBLE" ? [double, plain] : [plain, double];
}

/** The text with the field where it stands or, where it has none, behind all others or before them. */
function spliced({ text, document, map }: YamlSource, field: string, rendered: string): string[] {
  const pair = pairOf(map, field);
  if (pair !== undefined) return [replaced(text, pair, rendered)];
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const firstKey = map?.items[0]?.key.range[0] ?? 0;
  const firstLine = text.lastIndexOf("\n", firstKey - 1) + 1;
  const indent = /^ */.exec(text.slice(firstLine, firstKey))?.[0] ?? "";
  const line = `${indent}${field}: ${rendered}${lineEnd}`;
  const inserted = (at: number): string => {
    const before = text.slice(0, at);
    const isEnded = before === "" || before.endsWith("\n");
    return `${before}${isEnded ? "" : lineEnd}${line}${text.slice(at)}`;
  };
  // In front of what ends the document. Behind a block of text without an end of its line that would be
  // another text.
  return [inserted(document.range[1]), inserted(firstLine)];
}

function replaced(text: string, { value: node }: YamlPair, rendered: string): string {
  const [start, end] = node?.range ?? [text.length, text.length];
  const gap = start === end && text[start - 1] === ":" ? " " : "";
  const next = start === end && /[^\s]/.test(text[end] ?? "\n") ? " " : "";
  return text.slice(0, start) + gap + rendered + next + text.slice(end);
}

interface Edit {
  readonly source: YamlSource;
  /** What it is called afterwards, and has as its value. */
  readonly field: string;
  readonly value: string | null;
  /** What it was called before. */
  readonly former: string;
}

/** Whether the edited text has the value, and everything else is what it was, and as it was written. */
function keepsText(edited: string, edit: Edit): boolean {
  const { source, field, former } = edit;
  try {
    const written = JSON.stringify(writtenIn(openYaml(edited), field));
    return written === JSON.stringify(writtenIn(source, former)) && keepsValues(edited, edit);
  } catch {
    // Not what it should be: written the other way.
    return false;
  }
}

/** The other fields, each as it is written. */
function writtenIn({ text, map }: YamlSource, field: string): string[] {
  const written = (node: ParsedNode | null): string =>
    node === null ? "" : text.slice(node.range[0], node.range[1]);
  const own = pairOf(map, field);
  return (map?.items ?? [])
    .filter((pair) => pair !== own)
    .map(({ key, value }) => `${written(key)}: ${written(value)}`);
}

/** Whether the field has its value, and all others have theirs: an alias may stand for what was changed. */
function keepsValues(edited: string, { source, field, value, former }: Edit): boolean {
  const now = openYaml(edited);
  return (
    fieldIn(now.map, field) === value &&
    JSON.stringify(valuesIn(now, field)) === JSON.stringify(valuesIn(source, former))
  );
}

/** Throws where aliases would make very much of little. */
function valuesIn({ document }: YamlSource, field: string): [unknown, unknown][] {
  const values: unknown = document.toJS({ mapAsMap: true });
  if (!(values instanceof Map)) return [];
  return [...values].filter(([key]) => key !== field);
}

/** The library writes it anew: comments stay, blanks and line breaks may not. */
function rewritten(edit: Edit, change: (document: Document) => void): string {
  const { text, document } = edit.source;
  try {
    const copy: Document = document.clone();
    change(copy);
    const lines = copy.toString({ lineWidth: 0 });
    const edited = text.includes("\r\n") ? lines.replaceAll("\n", "\r\n") : lines;
    if (keepsValues(edited, edit)) return edited;
  } catch (error) {
    throw cannotChange(edit, error);
  }
  throw cannotChange(edit);
}

function cannotChange({ former }: Edit, cause?: unknown): YamlFault {
  const message = `its field "${former}" cannot be changed without a change of another one`;
  return new YamlFault(message, { cause });
}
