/**
 * Why this text (valid JSON) would not be the same when it was parsed and written again; undefined
 * when nothing of it would be lost. JSON.parse keeps the last of equal keys and rounds numbers to
 * doubles (RFC 8259, sections 4 and 6).
 */
export function jsonLoss(text: string): string | undefined {
  // The keys of each object that is open; undefined for a list.
  const open: (Set<string> | undefined)[] = [];
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    const [token] = found;
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token !== '"') {
      if (isRounded(token)) return `it holds the number ${token}, which would be rounded`;
    } else {
      const end = endOfText(text, found.index);
      TOKEN.lastIndex = end + 1;
      COLON.lastIndex = end + 1;
      if (!COLON.test(text)) continue;
      const spelled = text.slice(found.index, end + 1);
      // Equal keys may be spelled in different ways.
      const key = spelled.includes("\\") ? String(JSON.parse(spelled)) : spelled.slice(1, -1);
      const keys = open.at(-1);
      if (keys?.has(key)) return `it holds the key ${JSON.stringify(key)} twice`;
      keys?.add(key);
    }
  }
  return undefined;
}

// The start of a text; a number that a double may not hold, for it has more than fifteen digits or an
// exponent; a bracket.
const TOKEN = /["{}[\]]|-?\d[\d.]*[eE][+-]?\d+|-?\d[\d.]{15,}/g;
const COLON = /\s*:/y;

/** Where the quotation mark is that closes the one at `start`. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === "\\") escapes += 1;
    if (escapes % 2 === 0) return end;
  }
}

function isRounded(number: string): boolean {
  const value = Number(number);
  return !Number.isFinite(value) || digitsOf(number) !== digitsOf(value.toExponential());
}

/** The decimal number in one form: its digits without outer zeros, and where the point is. */
function digitsOf(number: string): string {
  const [mantissa = "", exponent = "0"] = number.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const all = whole + fraction;
  let start = 0;
  while (all[start] === "0") start += 1;
  // Not by an expression for zeros at the end: it would begin anew at each of many zeros.
  let end = all.length;
  while (end > start && all[end - 1] === "0") end -= 1;
  if (start === end) return "0";
  return `${all.slice(start, end)}e${Number(exponent) - fraction.length + (all.length - end)}`;
}
