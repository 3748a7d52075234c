/** What became, or would become, of a file. */
export interface FileOutcome {
  readonly path: string;
  readonly action: "created" | "changed" | "unchanged";
  /** The lines or the entry that it got, or would get. */
  readonly adds: readonly string[];
}

/** What is missing in a file, and the file with it; no `data`: nothing is missing. */
export interface Addition {
  readonly data?: string | Uint8Array;
  readonly adds: readonly string[];
}

/** A file that a repository is to have, or what is to be in it. */
export interface SetupFile {
  readonly path: string;
  /** The folder in which it must lie, all links followed. */
  readonly within: string;
  /** Undefined: there is no file. Whatever it is given, it changes nothing of what is there. */
  readonly addTo: (bytes: Uint8Array | undefined) => Addition;
}

/** Which of the three it is. */
export function outcomeOf(
  path: string,
  bytes: Uint8Array | undefined,
  { data, adds }: Addition,
): FileOutcome {
  if (data === undefined) return { path, action: "unchanged", adds: [] };
  return { path, action: bytes === undefined ? "created" : "changed", adds };
}
