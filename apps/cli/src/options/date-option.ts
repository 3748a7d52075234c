import { type OptionValues, textOption, usageError } from "../arguments.ts";

const ISO_DATE =
  /^(\d{4})-(\d\d)-(\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/**
 * The time given for an option, undefined without it: a day in UTC, or a time with its zone, which a time of the
 * clock alone would not tell. Throws `CABINET_USAGE`.
 */
export function dateOption(values: OptionValues, name: string): Date | undefined {
  const text = textOption(values, name);
  if (text === undefined) return undefined;
  const [, year, month, day] = ISO_DATE.exec(text) ?? [];
  // The 31st of February would be a day in March.
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const date = new Date(text);
  if (isDay.getUTCDate() === Number(day) && date.getTime() >= 0) return date;
  throw usageError(
    `--${name} takes a date such as 2026-01-31 or 2026-01-31T18:00:00Z, not "${text}".`,
  );
}
