import type { OptionValues } from "../arguments.ts";
import { textOption } from "../arguments.ts";
import { CliError } from "../errors/cli-error.ts";

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The duration given for an option in milliseconds, undefined without it. Throws `CABINET_USAGE`. */
export function durationOption(values: OptionValues, name: string): number | undefined {
  const text = textOption(values, name);
  return text === undefined ? undefined : parseDuration(text);
}

/** Throws `CABINET_USAGE`, also for a bare number, which everybody reads in a unit of their own. */
export function parseDuration(text: string): number {
  const [, number, unit = ""] = /^(\d{1,15})([a-z]*)$/.exec(text) ?? [];
  const factor = Object.hasOwn(MILLISECONDS, unit) ? MILLISECONDS[unit] : undefined;
  if (number !== undefined && factor !== undefined) return Number(number) * factor;
  const isBare = number !== undefined && unit === "";
  const message = isBare ? `"${text}" has no unit.` : `"${text}" is no duration.`;
  const hint = "Write a whole number and its unit: 500ms, 90s, 30m, 2h or 1d.";
  throw new CliError("CABINET_USAGE", message, hint);
}
