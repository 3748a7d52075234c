import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parseAst } from "rolldown/parseAst";

import { root } from "../scripts/workspace.mjs";

/** A node of a syntax tree (ESTree, with those of TypeScript). */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

interface Module {
  readonly text: string;
  readonly body: readonly Node[];
}

const modules = new Map<string, Module>();

/** The source of that path, from the root. Read once. */
export function moduleOf(file: string): Module {
  const known = modules.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(join(root, file), "utf8");
  const program: unknown = parseAst(text, { lang: "ts" });
  const read = { text, body: isNode(program) ? listOf(program["body"]) : [] };
  modules.set(file, read);
  return read;
}

/** The text of an identifier, or of a literal in the place of one. */
export function nameOf(node: unknown): string {
  return isNode(node) ? String(node["name"] ?? node["value"]) : "";
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}

/** The nodes of a list; none of what is no list. */
export function listOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}
