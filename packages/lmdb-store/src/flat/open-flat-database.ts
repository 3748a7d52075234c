import { closeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";

import { ForeignDatabaseError } from "../errors.ts";
import { checkTree } from "../pages/check-tree.ts";
import type { DatabaseFile } from "../pages/database-file.ts";
import { type Meta, readMetas } from "../pages/database-header.ts";
import type { LeafNode } from "../pages/leaf-node.ts";
import { NODE_FLAG } from "../pages/page-layout.ts";
import { Snapshot } from "../pages/snapshot.ts";
import {
  areTreeFlags,
  parseTreeRecord,
  TREE_RECORD_BYTES,
  type TreeRecord,
} from "../pages/tree-record.ts";
import { openPrivateCopy } from "../private-copy.ts";
import { FORMAT_KEY } from "../record-codec.ts";
import type { FlatDatabase, FlatDatabaseOptions, FlatEntry } from "./flat-database.ts";
import { parseFlatKey } from "./flat-key.ts";
import { FlatValueDecoder } from "./flat-value-decoder.ts";

const TITLE = "the tree of records";
// How long the event loop may wait for the walk.
const SLICE_MS = 10;
const FORMAT_BYTES = Buffer.from(FORMAT_KEY);

/**
 * Opens an LMDB file whose records are in no collection, as lmdb 3 keeps them by default with string keys, with and without
 * `compression: true`, to read it: undefined for a file that is missing or still empty.
 *
 * The file stays as it is, to its times of change, and so does what is beside it: no lock is taken, no `-lock` is made, and a program
 * that has it open is not disturbed. It is copied to the system's folder for temporary files (by a reflink
 * where the file system can), as of one moment even while others write; the copy has no name any more when this
 * returns. It loads no native code, so that no damage can end the process by a signal.
 *
 * Throws, after a look at every page that has records: `DamagedDatabaseError`, `ForeignDatabaseError` (also for one with
 * collections, unless they are asked for, and for one of this package), and `DatabaseError`: `LMDB_STORE_NO_SPACE` when there is no room for the copy,
 * `LMDB_STORE_IN_USE` when others wrote each time it was copied.
 */
export async function openFlatDatabase(
  path: string,
  { withCollections = false }: FlatDatabaseOptions = {},
): Promise<FlatDatabase | undefined> {
  const file = await openPrivateCopy(path);
  if (file === undefined) return undefined;
  try {
    const decoder = new FlatValueDecoder(path);
    const [meta] = readMetas(file);
    const contents = await contentsOf({ file, meta, decoder, withCollections });
    return new OpenFlatDatabase({ file, meta, decoder, withCollections }, contents);
  } catch (error) {
    closeSync(file.descriptor);
    throw error;
  }
}

/** The file that is read, and how. */
interface Source {
  readonly file: DatabaseFile;
  readonly meta: Meta;
  readonly decoder: FlatValueDecoder;
  readonly withCollections: boolean;
}

/** The names of properties that all records of a collection share, and the key of the record that holds them. */
interface Structures {
  readonly key: Buffer;
  readonly names: readonly (readonly string[])[];
}

interface Contents {
  /** Of all records that are entries. */
  readonly count: number;
  /** By collection. */
  readonly structures: ReadonlyMap<string, Structures>;
}

class OpenFlatDatabase implements FlatDatabase {
  readonly path: string;
  readonly count: number;
  readonly #source: Source;
  readonly #structures: ReadonlyMap<string, Structures>;
  #isOpen = true;

  constructor(source: Source, { count, structures }: Contents) {
    this.path = source.file.path;
    this.count = count;
    this.#source = source;
    this.#structures = structures;
  }

  async *entries(): AsyncGenerator<FlatEntry, void> {
    let found: FlatEntry[] = [];
    this.#assertOpen();
    let current: string | undefined;
    const visit: Visit = (node, collection) => {
      const structures = collection === undefined ? undefined : this.#structures.get(collection);
      if (collection !== current) this.#source.decoder.useStructures(structures?.names ?? []);
      current = collection;
      if (structures?.key.equals(node.key()) === true) return;
      found.push({ ...(collection !== undefined && { collection }), ...this.#entryOf(node) });
    };
    this.#source.decoder.useStructures([]);
    for await (const _ of walk(this.#source, visit)) {
      const page = found;
      found = [];
      for (const entry of page) yield entry;
      // Its descriptor may be that of another file by now.
      this.#assertOpen();
    }
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#source.file.descriptor);
    this.#isOpen = false;
  }

  #entryOf(node: LeafNode): FlatEntry {
    const bytes = node.key();
    const key = parseFlatKey(bytes);
    if (key === undefined) {
      return { key: bytes.toString(), fault: `its key is no text: ${beginningInHex(bytes)}` };
    }
    return { key, ...this.#source.decoder.decode(node.value().bytes) };
  }

  #assertOpen(): void {
    if (!this.#isOpen) throw new TypeError(`${this.path} is closed`);
  }
}

// Enough to find it by.
const MOST_KEY_BYTES = 32;

function beginningInHex(key: Buffer): string {
  const text = key.toString("hex", 0, MOST_KEY_BYTES);
  return key.length > MOST_KEY_BYTES ? `${text}… (${key.length} bytes)` : text;
}

/** Looks at every page that has records, and at what is to be known before the first of them is read. */
async function contentsOf(source: Source): Promise<Contents> {
  const { file, decoder } = source;
  const structures = new Map<string, Structures>();
  let count = 0;
  const visit: Visit = (node, collection) => {
    count += 1;
    if (collection === undefined) return;
    const key = node.key();
    if (key.equals(FORMAT_BYTES)) {
      throw new ForeignDatabaseError(
        file.path,
        "it is one of this package: no older program has made it",
      );
    }
    if (structures.has(collection) || !isSymbol(key)) return;
    const names = decoder.structuresIn(node.value().bytes);
    if (names === undefined) return;
    structures.set(collection, { key: Buffer.from(key), names });
    count -= 1;
  };
  for await (const _ of walk(source, visit));
  return { count, structures };
}

// As ordered-binary writes it.
const SYMBOL_MARK = 2;

/** No record of a program has such a key by chance: lmdb keeps the names of properties under one. */
function isSymbol(key: Buffer): boolean {
  return key[0] === SYMBOL_MARK;
}

type Visit = (node: LeafNode, collection: string | undefined) => void;

/** Checks every page with records and visits these; ends a step after each page. */
async function* walk(source: Source, visit: Visit): AsyncGenerator<void, void> {
  const { file, meta, withCollections } = source;
  const snapshot = new Snapshot(file, meta);
  assertFlat(snapshot, TITLE, meta.mainTree.flags);
  const collections: {
    readonly name: string;
    readonly record: TreeRecord;
    readonly transaction: number;
  }[] = [];
  const visitMain = (node: LeafNode): void => {
    if (node.flags !== NODE_FLAG.tree) return visit(node, undefined);
    if (node.valueSize !== TREE_RECORD_BYTES) snapshot.fail(`${TITLE}: a tree is among them`);
    if (!withCollections) throw new ForeignDatabaseError(file.path, "it has collections");
    const record = parseTreeRecord(node.value().view, 0);
    // LMDB stores names as C does, with a zero at the end.
    const name = node.key().toString().replace(/\0$/, "");
    collections.push({ name, record, transaction: node.transaction });
  };
  const { mainTree: record, transaction } = meta;
  yield* inSlices(
    checkTree(snapshot, { title: TITLE, record, transaction, hasNumbers: false, visit: visitMain }),
  );
  for (const { name, ...tree } of collections) {
    const title = `collection ${JSON.stringify(name)}`;
    assertFlat(snapshot, title, tree.record.flags);
    const visitRecord = (node: LeafNode): void => {
      if (node.flags === NODE_FLAG.tree) snapshot.fail(`${title}: a tree is among its records`);
      visit(node, name);
    };
    yield* inSlices(checkTree(snapshot, { title, ...tree, hasNumbers: false, visit: visitRecord }));
  }
}

async function* inSlices(steps: Iterable<void>): AsyncGenerator<void, void> {
  let since = performance.now();
  for (const step of steps) {
    yield step;
    if (performance.now() - since > SLICE_MS) {
      await setImmediate();
      since = performance.now();
    }
  }
  // Of the root, when it is a leaf, or of the last page.
  yield;
}

function assertFlat(snapshot: Snapshot, title: string, flags: number): void {
  if (!areTreeFlags(flags)) snapshot.fail(`${title}: its flags are ${flags}`);
  if (flags === 0) return;
  const reason = `${title} has the flags ${flags}: its records are kept in another way`;
  throw new ForeignDatabaseError(snapshot.path, reason);
}
