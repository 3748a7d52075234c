import { codeOf, pathOf, reasonOf } from "../errors/error-code.ts";
import { describeFault, isFault } from "../errors/fault.ts";
import { type Found, findingOf, type Look } from "./finding.ts";
import { shellWord } from "./shell-word.ts";

/** A look that failed, as a finding of its own: what else is wrong is not hidden by it. */
export function couldNotLook(what: string, path: string | null, error: unknown): Found {
  if (isFault(error)) return couldNotJudge(what, path, error);
  const about = pathOf(error) ?? path;
  return findingOf("could-not-look", {
    path: about,
    message: `${what} could not be looked at: ${reasonIn(error)}. Whether something is wrong there is not known.`,
    ...(about !== null && { command: `ls -ld ${shellWord(about)}` }),
    advice: "Look at its owner and mode, and at its file system.",
  });
}

/** Nothing of what lies there has failed. */
function couldNotJudge(what: string, path: string | null, fault: unknown): Found {
  const { message, hint } = describeFault(fault);
  return findingOf("could-not-look", {
    path,
    message: `${what} could not be looked at. ${message} Whether something is wrong there is not known.`,
    advice: hint,
    fault,
  });
}

/** What the system said, of errors that speak of a write: here nobody writes. */
function reasonIn(error: unknown): string {
  const isOfFiles = codeOf(error)?.startsWith("ATOMIC_FS_") === true;
  const cause = isOfFiles && error instanceof Error ? (error.cause ?? error) : error;
  return codeOf(cause) === "ERR_OUT_OF_RANGE" ? "it is too large to be read" : reasonOf(cause);
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
