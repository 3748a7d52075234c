const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
// They turn the direction of writing, and with it what a reader sees.
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The text as one line: a blank for line breaks and control characters, nothing that turns the writing. */
export function oneLine(text: string): string {
  return text.replaceAll(TURNS, "").replaceAll(BREAKS, " ").trim();
}
