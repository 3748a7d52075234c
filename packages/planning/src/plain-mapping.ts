/** Words that YAML's core schema (YAML 1.2.2, 10.3.2) takes for something else than text. */
const NO_TEXT = /^(?:null|true|false)$/i;
const LINE = /^(?<key>[A-Za-z_]\w{0,127}):(?: (?<value>[A-Za-z][\w./@+-]*(?: [\w./@+-]+)*))?$/;

/**
 * The fields of a mapping that is as plain as Cabinet itself writes it: a line each, with text of letters, digits and
 * some marks that mean nothing in YAML, or with nothing. Undefined for all else, which may be YAML all the same. What
 * the library says of such a text is the same, and it has to be loaded first.
 */
export function plainMapping(text: string): ReadonlyMap<string, string | null> | undefined {
  const fields = new Map<string, string | null>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const { key, value } = LINE.exec(line)?.groups ?? {};
    if (key === undefined || fields.has(key) || NO_TEXT.test(key)) return undefined;
    if (value === undefined || value === "null") fields.set(key, null);
    else if (NO_TEXT.test(value)) return undefined;
    else fields.set(key, value);
  }
  // Whether an empty one is a mapping, the library says.
  return fields.size === 0 ? undefined : fields;
}
