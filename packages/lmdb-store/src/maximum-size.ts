import { DatabaseSizeError } from "./errors.ts";

const MEBIBYTE = 2 ** 20;
const SMALLEST = MEBIBYTE;
const LARGEST = 2048 * MEBIBYTE;
const DEFAULT = 512 * MEBIBYTE;

/**
 * The `maxSize` that a configuration means, in bytes: 512 MiB where it says none. Throws `DatabaseSizeError`
 * (a RangeError) for one outside 1 MiB to 2 GiB.
 */
export function maximumSizeOf(size: number | undefined): number {
  if (size === undefined) return DEFAULT;
  if (!Number.isSafeInteger(size) || size < SMALLEST || size > LARGEST) {
    throw new DatabaseSizeError(size, "it must be a whole number from 1 MiB to 2 GiB");
  }
  return size;
}
