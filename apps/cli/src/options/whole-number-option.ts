import { type OptionValues, textOption, usageError } from "../arguments.ts";

/** The whole number from 1 given for an option, undefined without it. Throws `CABINET_USAGE`. */
export function wholeNumberOption(values: OptionValues, name: string): number | undefined {
  const text = textOption(values, name);
  if (text === undefined) return undefined;
  const number = parseWholeNumber(text);
  if (number === undefined)
    throw usageError(`--${name} takes a whole number from 1, not "${text}".`);
  return number;
}

/** Undefined for what is none. */
export function parseWholeNumber(text: string): number | undefined {
  const number = Number(text);
  return /^\d+$/.test(text) && number >= 1 && Number.isSafeInteger(number) ? number : undefined;
}
