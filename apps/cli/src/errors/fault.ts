import type { Description } from "./describe-error.ts";
import { codeOf, reasonOf } from "./error-code.ts";
import { EXIT } from "./exit-code.ts";

/**
 * Whether an error is a mistake of ours, and tells nothing of what was looked at. The system, and Node where it was
 * given a value of somebody else's, give their errors a code.
 */
export function isFault(error: unknown): boolean {
  const isMistake =
    error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  return isMistake && (codeOf(error) ?? "ERR_INVALID_ARG_TYPE") === "ERR_INVALID_ARG_TYPE";
}

/** A fault of Cabinet itself, as people and programs are told of it. */
export function describeFault(error: unknown): Description {
  return {
    code: "CABINET_FAULT",
    message: `Cabinet itself failed: ${reasonOf(error)}.`,
    hint: "Run it again with --verbose and report what it prints.",
    exitCode: EXIT.fault,
  };
}
