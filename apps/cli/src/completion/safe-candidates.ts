import { printable } from "@x/registry-core/text";

import type { Candidate } from "./offer.ts";

/**
 * Those that a shell can show and put into a line as they are: without the empty ones, and those of whose
 * characters one acts on a terminal. Each once. Descriptions are one printable line.
 */
export function safeCandidates(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.flatMap(({ value, description }) => {
    const isSafe = value !== "" && value.isWellFormed() && printable(value) === value;
    if (!isSafe || seen.has(value)) return [];
    seen.add(value);
    return [{ value, description: description === undefined ? undefined : oneLine(description) }];
  });
}

function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, " ").trim());
}
