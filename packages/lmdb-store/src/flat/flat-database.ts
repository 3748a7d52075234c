/** What one record of a flat database holds, or why nobody can tell; the collection it is in, if it is in one. */
export type FlatEntry =
  | { readonly collection?: string; readonly key: string; readonly value: unknown }
  | { readonly collection?: string; readonly key: string; readonly fault: string };

/** What else than a flat file is read. */
export interface FlatDatabaseOptions {
  /**
   * Also one whose records are in collections, with the names of their properties in a record of each, under a symbol
   * (`sharedStructuresKey` of lmdb). Where that cannot be read, it is an entry with a fault. Default: it is a `ForeignDatabaseError`.
   */
  readonly withCollections?: boolean | undefined;
}

/** A flat database as it was when it was opened, whatever others do with its file since. */
export interface FlatDatabase {
  readonly path: string;
  /** How many entries it has. */
  readonly count: number;
  /**
   * All entries, collection by collection in the order of their keys' bytes, with values as they were put: numbers, objects, dates. One that cannot
   * be decoded has a `fault`, and a key as well as it can be read; it keeps none of the others back.
   * What is in memory at a time are the entries of one page.
   */
  readonly entries: () => AsyncGenerator<FlatEntry, void>;
  /** Gives back the room of its copy. Reading on is a `TypeError` then. */
  readonly close: () => void;
}
