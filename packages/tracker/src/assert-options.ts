/** Throws a TypeError for what is no object: all its fields would be taken for those that nobody has given. */
export function assertOptions(options: unknown, what: string): void {
  if (typeof options === "object" && options !== null && !Array.isArray(options)) return;
  throw new TypeError(`${shown(options)} is no ${what}`);
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? typeof value;
}
