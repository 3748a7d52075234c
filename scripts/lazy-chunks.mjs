const LOADS = /\b(require_\w+)=require\("(\.\/[^"]+\.cjs)"\)/g;

/**
 * The text of a chunk that loads the others when it first needs something of them, and not before. Of the output of
 * rolldown: `const require_b=require("./b.cjs")` at its beginning, and `require_b.name` where it is used. Modules here
 * do nothing when they are loaded, so nobody notices but the clock. Throws where a chunk is used in another way.
 *
 * @param {string} text
 */
export function withLazyChunks(text) {
  const names = [...text.matchAll(LOADS)].map(([, name = ""]) => name);
  if (names.length === 0) return text;
  const any = names.join("|");
  const other = new RegExp(`\\b(?:${any})\\b(?!\\.|=require\\()`).exec(text);
  if (other !== null) throw new Error(`${other[0]} is used as a whole`);
  return text
    .replaceAll(new RegExp(`\\b(${any})\\.`, "g"), "($1()).")
    .replaceAll(LOADS, (_, name, path) => `$${name},${name}=()=>$${name}??=require("${path}")`)
    .replace(/^(#![^\n]*\n)?([^]*?)\bconst (?=\$require_)/, "$1$2let ");
}
