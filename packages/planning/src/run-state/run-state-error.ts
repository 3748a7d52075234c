/** Why something about a run could not be done. Stable within a major version; messages are not. */
export type RunStateErrorCode =
  /** Another executor has the run. */
  | "PLANNING_RUN_HELD"
  /** The executor that this one is, or works for, does not have the run any more. */
  | "PLANNING_RUN_LOST"
  /** A file that holds no such document. It was left as it is. */
  | "PLANNING_RUN_DAMAGED"
  /** A document of a newer version. It was left as it is. */
  | "PLANNING_RUN_NEWER"
  /** There is nothing to rebuild: the files are sound. */
  | "PLANNING_RUN_SOUND"
  /** The file would be larger than it is read again. */
  | "PLANNING_RUN_FULL"
  /** The folder that the run's folder is to be made in is not there. */
  | "PLANNING_RUN_FOLDER_MISSING"
  /** What was given cannot be recorded. */
  | "PLANNING_RUN_INVALID"
  /** An agent is running, and one runs at a time. */
  | "PLANNING_AGENT_RUNNING"
  /** There is no entry of that agent that could change so. */
  | "PLANNING_AGENT_UNKNOWN"
  /** The plan has a summary already. */
  | "PLANNING_SUMMARY_EXISTS"
  /** No clarification of that id waits for an answer. */
  | "PLANNING_CLARIFICATION_UNKNOWN";

/** Who has a run. */
export interface RunHolder {
  /** The name that it gave itself; undefined where it could not be read. */
  readonly executor: string | undefined;
  readonly pid: number | undefined;
  readonly host: string | undefined;
  /** When it opened the run, as an ISO time. */
  readonly since: string | undefined;
}

/** Something about a run that could not be done. Nothing was changed. */
export class RunStateError extends Error {
  override readonly name = "RunStateError";
  readonly code: RunStateErrorCode;
  /** The file or folder that it is about. */
  readonly path: string;
  /** Without the path. */
  readonly reason: string;
  /** Of `PLANNING_RUN_HELD`, and of `PLANNING_RUN_LOST` where somebody has it now. */
  readonly holder: RunHolder | undefined;

  constructor(
    code: RunStateErrorCode,
    path: string,
    reason: string,
    facts: { readonly holder?: RunHolder | undefined; readonly cause?: unknown } = {},
  ) {
    super(`${path}: ${reason}`, { cause: facts.cause });
    this.code = code;
    this.path = path;
    this.reason = reason;
    this.holder = facts.holder;
  }
}

/** A holder in the middle of a sentence, with its name where it has one. */
export function describeHolder({ executor, pid, host, since }: RunHolder): string {
  const process = pid === undefined ? undefined : `process ${pid}${host ? ` on ${host}` : ""}`;
  const name = executor === undefined ? undefined : JSON.stringify(executor);
  const who =
    name === undefined
      ? (process ?? "somebody who cannot be seen from here")
      : `${name}${process === undefined ? "" : ` (${process})`}`;
  return since === undefined ? who : `${who} since ${since}`;
}
