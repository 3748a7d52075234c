/** What a healthy database holds. */
export interface DatabaseReport {
  readonly path: string;
  /** Of the file. */
  readonly bytes: number;
  readonly pageSize: number;
  /** All that the database counts: in use, free, and the two meta pages. The file may be shorter. */
  readonly pages: number;
  readonly freePages: number;
  /** Neither in use nor free: LMDB forgets some now and then. They do no harm, but it refuses to make a compact copy then. */
  readonly lostPages: number;
  /** The committed one that was checked. */
  readonly transaction: number;
  /** In the order of their names' bytes. */
  readonly collections: readonly CollectionReport[];
}

/** A named tree. */
export interface CollectionReport {
  readonly name: string;
  readonly records: number;
}

/** What is wrong with a record, or undefined. Key and value are views that are valid during the call only. */
export type RecordFault = (
  collection: string,
  key: Uint8Array,
  value: Uint8Array,
) => string | undefined;
