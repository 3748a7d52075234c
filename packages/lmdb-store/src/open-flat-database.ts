import { closeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";

import { checkTree } from "./check-tree.ts";
import type { DatabaseFile } from "./database-file.ts";
import { type Meta, readMetas } from "./database-header.ts";
import { ForeignDatabaseError } from "./errors.ts";
import type { FlatDatabase, FlatEntry } from "./flat-database.ts";
import { parseFlatKey } from "./flat-key.ts";
import { FlatValueDecoder } from "./flat-value-decoder.ts";
import type { LeafNode } from "./leaf-node.ts";
import { NODE_FLAG } from "./page-layout.ts";
import { openPrivateCopy } from "./private-copy.ts";
import { Snapshot } from "./snapshot.ts";
import { areTreeFlags, TREE_RECORD_BYTES } from "./tree-record.ts";

const TITLE = "the tree of records";
// How long the event loop may wait for the walk.
const SLICE_MS = 10;

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
 * collections), and `DatabaseError`: `LMDB_STORE_NO_SPACE` when there is no room for the copy,
 * `LMDB_STORE_OPEN_FAILED` when others wrote each time it was copied.
 */
export async function openFlatDatabase(path: string): Promise<FlatDatabase | undefined> {
  const file = await openPrivateCopy(path);
  if (file === undefined) return undefined;
  try {
    const decoder = new FlatValueDecoder(path);
    const [meta] = readMetas(file);
    for await (const _ of walk(file, meta, () => {}));
    return new OpenFlatDatabase(file, meta, decoder);
  } catch (error) {
    closeSync(file.descriptor);
    throw error;
  }
}

class OpenFlatDatabase implements FlatDatabase {
  readonly path: string;
  readonly count: number;
  readonly #file: DatabaseFile;
  readonly #meta: Meta;
  readonly #decoder: FlatValueDecoder;
  #isOpen = true;

  constructor(file: DatabaseFile, meta: Meta, decoder: FlatValueDecoder) {
    this.path = file.path;
    this.count = meta.mainTree.records;
    this.#file = file;
    this.#meta = meta;
    this.#decoder = decoder;
  }

  async *entries(): AsyncGenerator<FlatEntry, void> {
    let found: FlatEntry[] = [];
    this.#assertOpen();
    const visit = (node: LeafNode): void => void found.push(this.#entryOf(node));
    for await (const _ of walk(this.#file, this.#meta, visit)) {
      const page = found;
      found = [];
      for (const entry of page) yield entry;
      // Its descriptor may be that of another file by now.
      this.#assertOpen();
    }
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#file.descriptor);
    this.#isOpen = false;
  }

  #entryOf(node: LeafNode): FlatEntry {
    const bytes = node.key();
    const key = parseFlatKey(bytes);
    if (key === undefined) {
      return { key: bytes.toString(), fault: `its key is no text: ${bytes.toString("hex")}` };
    }
    return { key, ...this.#decoder.decode(node.value().bytes) };
  }

  #assertOpen(): void {
    if (!this.#isOpen) throw new TypeError(`${this.path} is closed`);
  }
}

/** Checks every page with records and visits these; ends a step after each page. */
async function* walk(
  file: DatabaseFile,
  meta: Meta,
  visit: (node: LeafNode) => void,
): AsyncGenerator<void, void> {
  const snapshot = new Snapshot(file, meta);
  assertFlat(snapshot);
  const visitRecord = (node: LeafNode): void => {
    if (node.flags === NODE_FLAG.tree) {
      if (node.valueSize !== TREE_RECORD_BYTES) snapshot.fail(`${TITLE}: a tree is among them`);
      throw new ForeignDatabaseError(file.path, "it has collections");
    }
    visit(node);
  };
  const { mainTree: record, transaction } = meta;
  const tree = { title: TITLE, record, transaction, hasNumbers: false, visit: visitRecord };
  let since = performance.now();
  for (const step of checkTree(snapshot, tree)) {
    yield step;
    if (performance.now() - since > SLICE_MS) {
      await setImmediate();
      since = performance.now();
    }
  }
  // Of the root, when it is a leaf, or of the last page.
  yield;
}

function assertFlat(snapshot: Snapshot): void {
  const { flags } = snapshot.meta.mainTree;
  if (!areTreeFlags(flags)) snapshot.fail(`${TITLE}: its flags are ${flags}`);
  if (flags === 0) return;
  const reason = `${TITLE} has the flags ${flags}: its records are kept in another way`;
  throw new ForeignDatabaseError(snapshot.path, reason);
}
