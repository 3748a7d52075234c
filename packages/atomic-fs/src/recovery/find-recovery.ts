import { toTypedError } from "../errors.ts";
import { syncFileCalls } from "../file-calls.ts";
import { absolutePath } from "../follow-links.ts";
import { targetOf } from "../group-commit.ts";
import { deadOrphans, isUnusable, latestOf, mayTakePlace } from "./recovery-candidates.ts";
import { inspectFile, type ValidateOptions, validatorOf } from "./validate-file.ts";

/** A temporary file that may take the place of its file. */
export interface FoundRecovery {
  readonly path: string;
  /** Its name tells that all of it was written; else only the validator speaks for it. */
  readonly isComplete: boolean;
}

/**
 * What `recoverFile` would put in the place of a file that is missing or invalid, as far as a look can tell;
 * undefined where there is nothing, and for a valid file. Takes no lock, changes nothing.
 * Throws `WriteError` for what cannot be read.
 */
export async function findRecovery(
  path: string,
  options: ValidateOptions = {},
): Promise<FoundRecovery | undefined> {
  const validate = validatorOf(options);
  const start = absolutePath(path);
  try {
    const files = syncFileCalls;
    const target = targetOf(start);
    const found = inspectFile(files, target, validate);
    if (found.state === "valid") return undefined;
    const since = latestOf(files, target, found);
    const best = deadOrphans(files, target, found).find((orphan) => {
      try {
        return mayTakePlace(files, orphan, target, validate, since);
      } catch (error) {
        if (!isUnusable(error)) throw error;
        return false;
      }
    });
    return best && { path: best.orphan.path, isComplete: best.name.manifest !== undefined };
  } catch (error) {
    throw toTypedError(start, error);
  }
}
