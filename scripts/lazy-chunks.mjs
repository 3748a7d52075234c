/**
 * The text of a chunk that loads the others when it first needs something of them, and not before. Of the output of
 * rolldown: `const require_b=require("./b.cjs")` at its beginning, and `require_b.name` where it is used. Modules here
 * do nothing when they are loaded, so nobody notices but the clock.
 *
 * @param {string} text
 */
export function withLazyChunks(text) {
  const loads = /\b(require_\w+)=require\("(\.\/[^"]+\.cjs)"\)/g;
  const names = [...text.matchAll(loads)].map(([, name = ""]) => name);
  if (names.length === 0) return text;
  const called = text
    .replaceAll(new RegExp(`\\b(${names.join("|")})\\.`, "g"), "($1()).")
    .replaceAll(loads, (_, name, path) => `$${name},${name}=()=>$${name}??=require("${path}")`)
    .replace(/^(#![^\n]*\n)?([^]*?)\bconst (?=\$require_)/, "$1$2let ");
  return called;
}
