import {
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";

import { insertAtEnd } from "./jsonc-insertion.ts";
import { PLUGIN } from "./plugin-entry.ts";

/** What is wrong with a configuration, and where in its text. */
export class ConfigFault extends Error {
  override readonly name = "ConfigFault";
}

const NEW_TEXT = `{
  "$schema": "https://opencode.ai/config.json",
  "plugin": ["${PLUGIN}"]
}
`;

/** What the client's configuration has for `plugin`. Throws `ConfigFault`. */
export function pluginEntriesIn(text: string): readonly unknown[] {
  const list = pluginList(rootOf(withoutMark(text)), withoutMark(text));
  return list?.children?.map((node): unknown => getNodeValue(node)) ?? [];
}

/** The text with the plugin as the last entry of `plugin`, and all else as it is. Throws `ConfigFault`. */
export function withPluginEntry(text: string): string {
  const own = withoutMark(text);
  const mark = text.slice(0, text.length - own.length);
  const root = rootOf(own);
  if (root === undefined) return mark + NEW_TEXT;
  const list = pluginList(root, own);
  const entry = JSON.stringify(PLUGIN);
  if (list !== undefined) return mark + insertAtEnd(own, list, entry);
  return mark + insertAtEnd(own, root, `"plugin": [${entry}]`);
}

/** Undefined: nothing is in it, which the client takes for an empty object. */
function rootOf(text: string): Node | undefined {
  if (text.trim() === "") return undefined;
  const errors: ParseError[] = [];
  const root = parsed(text, errors);
  const [error] = errors;
  if (error !== undefined) {
    const what = printParseErrorCode(error.error).replaceAll(/\B[A-Z]/g, (letter) => ` ${letter}`);
    throw faultAt(text, error.offset, what.toLowerCase());
  }
  if (root?.type !== "object") throw faultAt(text, root?.offset ?? 0, "this is no object");
  return root;
}

function parsed(text: string, errors: ParseError[]): Node | undefined {
  try {
    return parseTree(text, errors, { allowTrailingComma: true });
  } catch (error) {
    // The parser calls itself for what is inside.
    if (error instanceof RangeError) throw new ConfigFault("it is nested too deeply");
    throw error;
  }
}

/** Undefined: there is no `plugin`. */
function pluginList(root: Node | undefined, text: string): Node | undefined {
  const properties = root?.children?.filter(({ children }) => children?.[0]?.value === "plugin");
  const [property, again] = properties ?? [];
  if (again !== undefined) throw faultAt(text, again.offset, '"plugin" stands here a second time');
  const list = property?.children?.[1];
  if (list === undefined) return undefined;
  if (list.type !== "array") throw faultAt(text, list.offset, '"plugin" is no list');
  return list;
}

/** Lines and columns count from 1, as editors show them. */
function faultAt(text: string, offset: number, what: string): ConfigFault {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  const column = (lines.at(-1)?.length ?? 0) + 1;
  return new ConfigFault(`line ${lines.length}, column ${column}: ${what}`);
}

/** A byte order mark is no part of the JSON. */
function withoutMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}
