/** Eight characters, random per call: one process runs many writes, locks and threads at once. */
export function nonce(): string {
  return Math.random().toString(36).slice(2, 10).padEnd(8, "0");
}
