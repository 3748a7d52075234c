/** A failure that a package has told as a text, with the code by which `describeError` finds its sentence. */
export function codedError(code: string, path: string, reason: string, cause?: unknown): Error {
  return Object.assign(new Error(reason, { cause }), { code, path, reason });
}
