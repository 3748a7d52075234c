/** A word that the shell may put in the place of the one that is typed. */
export interface Candidate {
  readonly value: string;
  readonly description?: string | undefined;
}

/** What a shell offers: these words, or files, folders, what another command takes, as it knows them itself. */
export interface Offer {
  readonly kind: "words" | "files" | "folders" | "command";
  /** None but for words. */
  readonly candidates: readonly Candidate[];
}

export const NOTHING: Offer = { kind: "words", candidates: [] };

/** Leaves it to the shell. */
export function shellsOwn(kind: Exclude<Offer["kind"], "words">): Offer {
  return { kind, candidates: [] };
}
