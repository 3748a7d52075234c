/** A failure that the command line itself finds, with its sentence ready. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code: "CABINET_USAGE" | "CABINET_CWD_MISSING" | "CABINET_PLAN_NOT_FOUND";
  readonly hint: string;

  constructor(code: CliError["code"], message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.hint = hint;
  }
}
