/** Throws a TypeError for what a caller of `fs` may pass out of habit: an encoding, say. */
export function assertOptions(options: unknown): void {
  if (typeof options === "object" && options !== null) return;
  throw new TypeError(`options are an object, not ${JSON.stringify(options) ?? typeof options}`);
}
