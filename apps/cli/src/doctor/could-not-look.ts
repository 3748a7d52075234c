import { type Found, findingOf, type Look } from "./finding.ts";

/** A look that failed, as a finding of its own: what else is wrong is not hidden by it. */
export function couldNotLook(what: string, path: string | null, error: unknown): Found {
  return findingOf("could-not-look", {
    path: pathIn(error) ?? path,
    message: `${what} could not be looked at: ${reasonOf(error)}. Whether something is wrong there is not known.`,
    command: "Look at its owner and mode, and at its file system.",
  });
}

/** What the look finds, or that it could not look. */
export async function lookInto(
  what: string,
  path: string | null,
  look: () => Promise<Look> | Look,
): Promise<Look> {
  try {
    return await look();
  } catch (error) {
    return { found: [couldNotLook(what, path, error)] };
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

function pathIn(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("path" in error)) return undefined;
  return typeof error.path === "string" ? error.path : undefined;
}
