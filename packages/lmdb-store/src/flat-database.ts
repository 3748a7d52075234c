/** What one record of a flat database holds, or why nobody can tell. */
export type FlatEntry =
  | { readonly key: string; readonly value: unknown }
  | { readonly key: string; readonly fault: string };

/** A flat database as it was when it was opened, whatever others do with its file since. */
export interface FlatDatabase {
  readonly path: string;
  /** How many entries it has. */
  readonly count: number;
  /**
   * All entries, in the order of their keys' bytes, with values as they were put: numbers, objects, dates. One that cannot
   * be decoded has a `fault`, and a key as well as it can be read; it keeps none of the others back.
   * What is in memory at a time are the entries of one page.
   */
  readonly entries: () => AsyncGenerator<FlatEntry, void>;
  /** Gives back the room of its copy. Reading on is a `TypeError` then. */
  readonly close: () => void;
}
