/** The stable code of an error, such as `ENOENT` or `PLANNING_OUTSIDE`; undefined where it has none. */
export function codeOf(error: unknown): string | undefined {
  return isCoded(error) ? error.code : undefined;
}

export function isCoded(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

/** Whether the operating system has refused something. */
export function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error;
}

/** What an error says, whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The file or folder that an error is about, where it tells. */
export function pathOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("path" in error)) return undefined;
  return typeof error.path === "string" ? error.path : undefined;
}
