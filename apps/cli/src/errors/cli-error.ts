/** A failure that the command line itself finds, with its sentence ready. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code:
    | "CABINET_USAGE"
    | "CABINET_CWD_MISSING"
    | "CABINET_PLAN_NOT_FOUND"
    | "CABINET_PLAN_AMBIGUOUS"
    | "CABINET_PLAN_UNREADABLE"
    | "CABINET_PLAN_TOO_LARGE"
    | "CABINET_SESSION_AMBIGUOUS"
    | "CABINET_PROCESS_NOT_FOUND"
    | "CABINET_COMMAND_NOT_STARTED"
    | "CABINET_NOTHING_TO_RESTORE"
    | "CABINET_NO_CHECKOUT"
    | "CABINET_NO_ACTIVE_SPEC"
    | "CABINET_FLOW_NOT_FOUND"
    | "CABINET_AGENT_NOT_FOUND"
    | "CABINET_AGENT_AMBIGUOUS"
    | "CABINET_COMMIT_AMBIGUOUS"
    | "CABINET_PROJECT_NOT_FOUND"
    | "CABINET_FILE_EXISTS"
    | "CABINET_FILE_UNREADABLE"
    | "CABINET_FILE_NOT_WRITTEN"
    | "CABINET_EXPORT_TOO_LARGE";
  readonly hint: string;

  constructor(code: CliError["code"], message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.hint = hint;
  }
}

/** A failure that ends with an exit code of its own. */
export class ExitCodeError extends Error {
  override readonly name = "ExitCodeError";
  readonly exitCode: number;
  readonly failure: unknown;

  constructor(exitCode: number, failure: unknown) {
    super(`exit code ${exitCode}`, { cause: failure });
    this.exitCode = exitCode;
    this.failure = failure;
  }
}
