import { type OptionValues, textOption, usageError } from "../arguments.ts";

/** The whole number from 0 given for an option that is needed. Throws `CABINET_USAGE`. */
export function countOption(values: OptionValues, name: string): number {
  const text = textOption(values, name);
  if (text === undefined) throw usageError(`--${name} is missing.`);
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw usageError(`--${name} takes a whole number from 0, not "${text}".`);
}
