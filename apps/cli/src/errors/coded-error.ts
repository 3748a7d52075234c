/** A failure that a package has told as a text, with the code by which `describeError` finds its sentence. */
export interface CodedError extends Error {
  readonly code: string;
  readonly path: string;
  readonly reason: string;
}

export function codedError(
  code: string,
  path: string,
  reason: string,
  cause?: unknown,
): CodedError {
  return Object.assign(new Error(reason, { cause }), { code, path, reason });
}
