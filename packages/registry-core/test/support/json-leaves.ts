const TOKEN =
  /\s*(?:([{}[\],:])|("[^"\\]*(?:\\.[^"\\]*)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;

/** An object or a list that is open. */
interface Open {
  readonly path: string;
  readonly isList: boolean;
  /** Where the next value stands; undefined: a key comes first. */
  step: string | undefined;
}

/**
 * All that a JSON text says, as pairs of a path and what stands there: a number by its exact value, of
 * an object or a list that it is one. Of equal keys each has its pairs. Throws for a text that
 * `JSON.parse` does not take.
 */
function leavesOf(text: string): [path: string, leaf: string][] {
  JSON.parse(text);
  const leaves: [string, string][] = [];
  const open: Open[] = [];
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    const [, mark, string, number, word = ""] = found;
    const inner = open.at(-1);
    if (mark === "}" || mark === "]") open.pop();
    else if (mark === ",") advance(inner);
    else if (mark === ":") continue;
    else if (string !== undefined && inner?.step === undefined && inner !== undefined) {
      inner.step = JSON.stringify(JSON.parse(string));
    } else {
      const path = inner === undefined ? "" : `${inner.path}/${inner.step}`;
      if (mark === undefined) {
        leaves.push([path, string === undefined ? exactValue(number) || word : textOf(string)]);
      } else {
        leaves.push([path, mark]);
        const isList = mark === "[";
        open.push({ path, isList, step: isList ? "0" : undefined });
      }
    }
  }
  return leaves;
}

function advance(inner: Open | undefined): void {
  if (inner !== undefined) inner.step = inner.isList ? String(Number(inner.step) + 1) : undefined;
}

/** The same for all spellings of one text. */
function textOf(string: string): string {
  return JSON.stringify(JSON.parse(string));
}

/** The same for all spellings of one number, and for no other. Empty for no number. */
function exactValue(number: string | undefined): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number ?? "");
  if (match === null) return "";
  const [, sign, whole, fraction = "", exponent = "0"] = match;
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${sign}${significant}e${power}`;
}

/** What of a JSON document stands no longer where it stood, but for what is to be replaced. */
export function lossesOf(
  old: Uint8Array,
  text: string,
  isReplaced: (path: string) => boolean = () => false,
): string[] {
  let leaves: [string, string][];
  try {
    leaves = leavesOf(new TextDecoder("utf-8", { fatal: true }).decode(old));
  } catch {
    return ["what was damaged is nowhere"];
  }
  const now = new Map(leavesOf(text));
  return leaves
    .filter(([path, leaf]) => now.get(path) !== leaf && !isReplaced(path))
    .map(([path, leaf]) => `a part is lost: ${path} ${leaf}, now ${now.get(path)}`);
}
