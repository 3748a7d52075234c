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
    | "CABINET_SESSION_AMBIGUOUS";
  readonly hint: string;

  constructor(code: CliError["code"], message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.hint = hint;
  }
}
