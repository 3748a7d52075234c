// What the contract suite, and its processes, open.
import { join } from "node:path";

import { type LmdbStore, openLmdbStore } from "../../src/index.ts";

/** The collections of the suite. */
const COLLECTIONS = ["things", "things-2", "counters", "claims", "tallies"];

export function openStore(folder: string, kind: "file" | "memory" = "file"): Promise<LmdbStore> {
  const path = kind === "memory" ? ":memory:" : join(folder, "records.lmdb");
  return openLmdbStore(path, { collections: COLLECTIONS });
}
