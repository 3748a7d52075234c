import { segmentFault } from "@x/registry-core";

import { summaryName } from "./plan-files.ts";
import { invalid } from "./run-fault.ts";

/*
 * The bounds of what callers give. They are such that the entry of an agent at work can always be written,
 * and read again.
 */

const LONGEST_NAME = 200;
const LONGEST_TITLE = 300;
const LONGEST_DESCRIPTION = 16_000;
const LONGEST_TEXT = 64 * 1024;

/** The name of an agent or an executor: one short line. Throws `RunFault`. */
export function assertName(what: string, text: unknown): asserts text is string {
  assertLine(what, text, LONGEST_NAME);
}

/** A line of a document. Throws `RunFault`. */
export function assertTitle(what: string, text: unknown): asserts text is string {
  assertLine(what, text, LONGEST_TITLE);
}

/** Some lines, which may be empty. Throws `RunFault`. */
export function assertDescription(what: string, text: unknown): asserts text is string {
  assertText(what, text, LONGEST_DESCRIPTION);
  if (/[^\P{Cc}\r\n\t]/u.test(text)) throw invalid(`the ${what} holds a control character`);
}

/** A text of any lines, of 64 Ki characters at most. Throws `RunFault`. */
export function assertBody(what: string, text: unknown): asserts text is string {
  assertText(what, text, LONGEST_TEXT);
}

/** The id of a plan: what stands before `-SUMMARY.md`. Throws `RunFault`. */
export function assertPlan(text: unknown): asserts text is string {
  const fault = typeof text === "string" ? planFault(text) : "it is no text";
  if (fault !== undefined) throw invalid(`${JSON.stringify(text)} is no id of a plan: ${fault}`);
}

function planFault(plan: string): string | undefined {
  if (plan.trim() !== plan) return "it starts or ends with a space";
  if (plan === "") return "it is empty";
  // So that no other tool hides its files.
  if (!/^[\p{L}\p{N}]/u.test(plan)) return "it begins with neither a letter nor a digit";
  return segmentFault(summaryName(plan));
}

/** The trimmed text where it is one line of a name's length, undefined for all else. */
export function nameIn(text: unknown): string | undefined {
  if (typeof text !== "string") return undefined;
  const name = text.trim();
  return lineFault(name, LONGEST_NAME) === undefined ? name : undefined;
}

function assertLine(what: string, text: unknown, longest: number): asserts text is string {
  const fault = typeof text === "string" ? lineFault(text, longest) : "is no text";
  if (fault !== undefined) throw invalid(`the ${what} ${fault}`);
}

function lineFault(text: string, longest: number): string | undefined {
  if (text.trim() === "") return "is empty";
  if (text.length > longest) return `is longer than ${longest} characters`;
  if (/[\p{Cc}\u2028\u2029]/u.test(text)) return "holds a line break or a control character";
  return text.isWellFormed() ? undefined : "is not valid Unicode";
}

function assertText(what: string, text: unknown, longest: number): asserts text is string {
  if (typeof text !== "string") throw invalid(`the ${what} is no text`);
  if (text.length > longest) throw invalid(`the ${what} is longer than ${longest} characters`);
  if (!text.isWellFormed()) throw invalid(`the ${what} is not valid Unicode`);
}
