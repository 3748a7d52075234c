/** The one JSON value that a command prints with `--json`. */
export interface Envelope {
  readonly ok: boolean;
  readonly data?: unknown;
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string };
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/** Throws for what is not exactly one JSON value in the form that the README documents. */
export function readEnvelope(stdout: string): Envelope {
  const value: Envelope & { schemaVersion: number } = JSON.parse(stdout);
  const { schemaVersion, ok, warnings, error, ...others } = value;
  const isSound = schemaVersion === 1 && warnings.every((one) => isText(one.code, one.message));
  const isAnswer = ok
    ? error === undefined && Object.keys(others).join(",") === "data"
    : isText(error?.code, error?.message, error?.hint) && Object.keys(others).length === 0;
  if (!isSound || !isAnswer) throw new TypeError(`no envelope: ${stdout}`);
  return value;
}

function isText(...texts: readonly unknown[]): boolean {
  return texts.every((text) => typeof text === "string" && text.trim() !== "");
}
