import { parseAst } from "rolldown/parseAst";

/**
 * A node of a syntax tree (ESTree).
 *
 * @typedef {{ type: string, start: number, end: number, [field: string]: any }} Node
 */

/**
 * The text of a chunk that loads the others when it first needs something of them, and not before: of
 * `const b = require("./b.cjs")` at its top, and `b.name` where it is used. Modules here do nothing when they are
 * loaded, so nobody notices but the clock. Throws where a chunk is loaded or used in another way.
 *
 * @param {string} text
 */
export function withLazyChunks(text) {
  const program = /** @type {Node} */ (parseAst(text, { sourceType: "script" }));
  /** @type {Node[]} */
  const loads = program["body"].flatMap((/** @type {Node} */ statement) =>
    statement.type === "VariableDeclaration" ? statement["declarations"].filter(isLoad) : [],
  );
  if (loads.length === 0) return text;
  const names = new Set(loads.map((load) => load["id"].name));
  /** @type {{ start: number, end: number, text: string }[]} */
  const edits = loads.map(({ id, init }) => {
    const { name } = id;
    const loaded = text.slice(init.start, init.end);
    return { start: init.start, end: init.end, text: `()=>loaded_${name}??=${loaded}` };
  });
  walk(program, [], (node, [parent, grandparent]) => {
    if (!names.has(node["name"]) || !isUse(node, parent)) return;
    if (parent?.type !== "MemberExpression") throw new Error(`${node["name"]} is used as a whole`);
    const isMade = grandparent?.type === "NewExpression" && grandparent["callee"] === parent;
    const call = `${node["name"]}()`;
    edits.push({ start: node.start, end: node.end, text: isMade ? `(${call})` : call });
  });
  const start = text.startsWith("#!") ? text.indexOf("\n") + 1 : 0;
  const declared = [...names].map((name) => `loaded_${name}`).join();
  edits.push({ start, end: start, text: `let ${declared};` });
  return edited(text, edits);
}

/**
 * The text with the modules of the system as they are: rolldown copies all names of each whose default export is
 * imported, in every chunk. One that has its names behind it does as well.
 *
 * @param {string} text
 */
export function withSystemModules(text) {
  return text.replaceAll(
    /\b(node_\w+)=require_rolldown_runtime\.\w+\(\1,1\)/g,
    "$1={__proto__:$1,default:$1}",
  );
}

/** @param {Node} declarator */
function isLoad({ init }) {
  const isRequire = init?.type === "CallExpression" && init.callee.name === "require";
  return isRequire && /^\.\/.+\.cjs$/.test(init.arguments[0]?.value ?? "");
}

/**
 * Whether the name stands for what it holds: not where it is declared, and not as that of a field.
 *
 * @param {Node} node
 * @param {Node | undefined} parent
 */
function isUse(node, parent) {
  if (node.type !== "Identifier") return false;
  if (parent?.type === "VariableDeclarator") return parent["id"] !== node;
  if (parent?.type === "MemberExpression") return parent["computed"] || parent["property"] !== node;
  if (parent?.type === "Property") return parent["computed"] || parent["value"] === node;
  return true;
}

/**
 * @param {Node} node
 * @param {readonly Node[]} parents The nearest first.
 * @param {(node: Node, parents: readonly Node[]) => void} visit
 */
function walk(node, parents, visit) {
  visit(node, parents);
  for (const value of Object.values(node)) {
    for (const child of [value].flat()) {
      if (typeof child?.type === "string") walk(child, [node, ...parents.slice(0, 1)], visit);
    }
  }
}

/**
 * @param {string} text
 * @param {readonly { start: number, end: number, text: string }[]} edits
 */
function edited(text, edits) {
  return edits
    .toSorted((one, other) => other.start - one.start)
    .reduce(
      (before, edit) => before.slice(0, edit.start) + edit.text + before.slice(edit.end),
      text,
    );
}
