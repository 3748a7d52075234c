/** What a `.gitignore` is to name (gitignore(5)), below a comment that says whose these lines are. */
export interface IgnoreLines {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Those of the lines that are not in a file of these bytes, whatever its line ends; undefined: no file. */
export function missingIgnoreLines(
  bytes: Uint8Array | undefined,
  { lines }: IgnoreLines,
): readonly string[] {
  const present = new Set(
    Buffer.from(bytes ?? [])
      .toString()
      .split(/\r?\n/),
  );
  return lines.filter((line) => !present.has(line));
}

/**
 * The bytes of the file with what is missing behind what it has, which stays byte for byte. Undefined: nothing
 * is missing.
 */
export function withIgnoreLines(
  bytes: Uint8Array | undefined,
  ignore: IgnoreLines,
): Uint8Array | undefined {
  const missing = missingIgnoreLines(bytes, ignore);
  if (missing.length === 0) return undefined;
  const old = Buffer.from(bytes ?? []);
  const isEnded = old.length === 0 || old.at(-1) === 10;
  const added = [isEnded ? "" : "\n", ...[ignore.title, ...missing].map((line) => `${line}\n`)];
  return Buffer.concat([old, Buffer.from(added.join(""))]);
}
