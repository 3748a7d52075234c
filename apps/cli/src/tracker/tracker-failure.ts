import { type CodedError, codedError } from "../errors/coded-error.ts";
import { TRACKER_SENTENCES } from "../errors/tracker-sentences.ts";

const CODED = /^([A-Z][A-Z_]*): (.*)$/s;

/**
 * What the tracker has told as `CODE: message`, as the error with that code; undefined where its code has no
 * sentence. The paths are those that its message may begin with; the last one where it does not.
 */
export function trackerFailure(text: string, paths: readonly string[]): CodedError | undefined {
  const [, code = "", message = ""] = CODED.exec(text) ?? [];
  if (!Object.hasOwn(TRACKER_SENTENCES, code)) return undefined;
  const path = paths.find((one) => message.startsWith(one)) ?? paths.at(-1) ?? "";
  return codedError(code, path, reasonIn(message, path));
}

/** Sentences name the path, and some say themselves what it is. */
function reasonIn(message: string, path: string): string {
  const starts = [": ", " is damaged: ", " is no database of this package: "];
  const start = starts.map((end) => path + end).find((one) => message.startsWith(one));
  return start === undefined ? message : message.slice(start.length);
}
