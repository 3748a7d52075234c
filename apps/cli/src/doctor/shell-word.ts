/** A path in a command that people copy, as one word of a POSIX shell. */
export function shellWord(path: string): string {
  if (/^[\w@%+=:,./-]+$/.test(path)) return path;
  return `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
