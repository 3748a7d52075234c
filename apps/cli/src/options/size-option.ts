import { type OptionValues, textOption, usageError } from "../arguments.ts";

const BYTES: Readonly<Record<string, number>> = {
  "": 1,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** The size given for an option in bytes, undefined without it. Throws `CABINET_USAGE`. */
export function sizeOption(values: OptionValues, name: string): number | undefined {
  const text = textOption(values, name);
  return text === undefined ? undefined : parseSize(text);
}

/** Bytes, of a text such as `64MiB`. Throws `CABINET_USAGE`. */
export function parseSize(text: string): number {
  const [, number, unit = ""] = /^(\d{1,12})([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = Object.hasOwn(BYTES, unit.toLowerCase()) ? BYTES[unit.toLowerCase()] : undefined;
  if (number !== undefined && factor !== undefined) return Number(number) * factor;
  throw usageError(`"${text}" is no size: write bytes, or such as 64MiB or 1GiB.`);
}
