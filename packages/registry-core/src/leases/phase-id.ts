/**
 * Whether both are ids of one phase. Ids made of digits are numbers, of any size: `01` is `1`. Between points
 * each part is one: `02.1` is `2.1`, and `2.10` is not. All others are what they are.
 */
export function isSamePhase(one: string | number, other: string | number): boolean {
  return phaseKey(String(one)) === phaseKey(String(other));
}

/** The one text for all ids of a phase: its numbers without leading zeros, any other id as it is. */
export function phaseKey(id: string): string {
  if (!/^\d+(?:\.\d+)*$/.test(id)) return id;
  const parts = id.split(".").map((digits) => digits.replace(/^0+(?=\d)/, ""));
  return parts.join(".");
}

// What is longer is no name of a phase, and would not fit into the key of a store.
const MAXIMUM_CHARACTERS = 200;

/** Why that cannot be the id of a phase; undefined when it can. */
export function phaseFault(id: string): string | undefined {
  if (id.trim() === "") return "it is empty";
  if (id.length > MAXIMUM_CHARACTERS) return `it is longer than ${MAXIMUM_CHARACTERS} characters`;
  if (/\p{Cc}/u.test(id)) return "it holds a control character";
  if (!id.isWellFormed()) return "it is not valid Unicode";
  return undefined;
}
