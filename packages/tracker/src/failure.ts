import { errnoOf } from "./errno.ts";

/** Why something stays where it is, until the next flush; or what else a flush has met. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  /** Whose journal it is about. */
  readonly stream?: string | undefined;
}

export function failureOf(error: unknown, stream?: string): Failure {
  const message = error instanceof Error ? error.message : textOf(error);
  return { code: errnoOf(error) ?? "TRACKER_FLUSH_FAILED", message, stream };
}

/** As those see it who called: its code first. */
export function failureText({ code, message }: Failure): string {
  return `${code}: ${message}`;
}

/** Of what is no error: not all of it can be made a text. */
function textOf(thrown: unknown): string {
  return typeof thrown === "string" ? thrown : `something was thrown: ${typeof thrown}`;
}
