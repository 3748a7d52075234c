import { randomInt } from "node:crypto";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

// The client's ids hold a clock that runs down, of 48 bits: the complement of the milliseconds since
// 1970 times 4096, which leaves room to count within one. A key of seven characters has the first
// three of its twelve digits, and these stay for 16^9 / 4096 milliseconds: 4 h 39 min 37 s.
const TICKS_PER_MILLISECOND = 4096;
export const BUCKET_MILLISECONDS = 16 ** 9 / TICKS_PER_MILLISECOND;

const CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** An id as the client makes them at that time: `ses_`, 12 digits of the clock, 14 random characters. */
export function sessionIDAt(milliseconds: number, count = 0): string {
  const ticks = BigInt(milliseconds) * BigInt(TICKS_PER_MILLISECOND) + BigInt(count);
  const clock = BigInt.asUintN(48, ~ticks).toString(16).padStart(12, "0");
  const random = Array.from({ length: 14 }, () => CHARACTERS[randomInt(CHARACTERS.length)]);
  return `ses_${clock}${random.join("")}`;
}

/** When the bucket of that time began. */
export function bucketStart(milliseconds: number): number {
  return milliseconds - (milliseconds % BUCKET_MILLISECONDS);
}

/** What the registry's file knows a session by. */
export function shortKeyOf(sessionID: string): string {
  return sessionID.slice(0, 7);
}
