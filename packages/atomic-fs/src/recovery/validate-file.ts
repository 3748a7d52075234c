import { extname } from "node:path";

import { assertOptions } from "../assert-options.ts";
import { errnoOf, toTypedError } from "../errors.ts";
import { type FileCalls, syncFileCalls } from "../file-calls.ts";
import { absolutePath, followLinks } from "../follow-links.ts";
import { parseJson } from "../json-changes.ts";
import { readRegularFile, type RegularFile } from "../read-regular-file.ts";

/** Throws what is wrong with the content of the file at that path, or gives false. Synchronous. */
export type Validator = (content: Uint8Array, path: string) => void | boolean;

/** Who decides whether a file is valid: the ending of its name, or a function. */
export interface ValidateOptions {
  /**
   * What makes a file valid. By default, of a file whose name ends with `.json` that it is JSON; of
   * others that they are not empty (nor made of NUL bytes alone, as a power cut may leave them).
   */
  readonly validate?: Validator | undefined;
}

/** What was found of a file. */
export type Validity =
  | { readonly state: "valid" }
  | { readonly state: "missing" }
  /** With what the validator threw. */
  | { readonly state: "invalid"; readonly cause: unknown };

/**
 * Whether the file that `path` leads to is there, and valid. Changes nothing. Throws `WriteError`
 * for one that cannot be read: it may be as valid as any.
 */
export async function validateFile(path: string, options: ValidateOptions = {}): Promise<Validity> {
  const start = absolutePath(path);
  const validate = validatorOf(options);
  try {
    const { target } = followLinks(syncFileCalls, start);
    const found = inspectFile(syncFileCalls, target, validate);
    if (found.state !== "invalid") return { state: found.state };
    return { state: found.state, cause: found.cause };
  } catch (error) {
    throw toTypedError(path, error);
  }
}

export function validatorOf(options: ValidateOptions): Validator {
  assertOptions(options);
  const { validate = validateByExtension } = options;
  if (typeof validate !== "function") throw new TypeError("the validator is no function");
  return validate;
}

export type Inspected =
  | { readonly state: "missing" }
  | { readonly state: "valid"; readonly file: RegularFile }
  | { readonly state: "invalid"; readonly file: RegularFile; readonly cause: unknown };

/** The same of a file that is no link, with what was read. */
export function inspectFile(files: FileCalls, target: string, validate: Validator): Inspected {
  const file = readRegularFile(files, target);
  if (file === undefined) return { state: "missing" };
  const fault = faultOf(file.bytes, target, validate);
  return fault === undefined
    ? { state: "valid", file }
    : { state: "invalid", file, cause: fault.cause };
}

/** What a validator has against a content; undefined: nothing. */
export function faultOf(
  content: Uint8Array,
  path: string,
  validate: Validator,
): { readonly cause: unknown } | undefined {
  let result: unknown;
  try {
    result = validate(content, path);
  } catch (cause) {
    // It may be as valid as any.
    if (errnoOf(cause) === "ERR_STRING_TOO_LONG") throw cause;
    return { cause };
  }
  if (result === false) return { cause: new Error("the validator gave false") };
  if (!(result instanceof Promise)) return undefined;
  // What becomes of it is nobody's any more.
  result.catch(() => {});
  throw new TypeError("the validator gave a promise: it must be synchronous");
}

function validateByExtension(content: Uint8Array, path: string): void {
  if (extname(path).toLowerCase() === ".json") {
    parseJson(content);
    return;
  }
  if (content.every((byte) => byte === 0)) throw new Error("it is empty");
}
