import { type PageBytes, readNumber } from "./page-layout.ts";
import type { PageRun } from "./page-map.ts";

const ENTRY_BYTES = 8;

/**
 * Calls back for the runs of free pages that one record of the free tree lists, in the order of the
 * list; says what is wrong with the list, or what the callback says, and undefined when all is well.
 *
 * The list is a count of entries and the entries, of 8 bytes each: a page's number, zero for nothing,
 * or the negative length of a run, with its first page in the entry after it. What is behind the last
 * entry is left from earlier. The order is not one that LMDB relies on.
 */
export function readFreeList(
  { bytes, view }: PageBytes,
  found: (run: PageRun) => string | undefined,
): string | undefined {
  if (bytes.length < ENTRY_BYTES) return `its list has ${bytes.length} bytes`;
  const entries = readNumber(view, 0);
  if ((entries + 1) * ENTRY_BYTES > bytes.length) {
    return `its list has ${entries} entries in ${bytes.length} bytes`;
  }
  for (let index = 1; index <= entries; index += 1) {
    const length = negativeAt(view, index);
    if (length !== undefined) {
      index += 1;
      if (index > entries) return "its list ends within a run";
      if (negativeAt(view, index) !== undefined) return "its list has two lengths without a page";
    }
    const first = readNumber(view, index * ENTRY_BYTES);
    if (first === 0 && length === undefined) continue;
    const fault = found({ first, count: length ?? 1 });
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** How far below zero an entry is; undefined when it is not. */
function negativeAt(view: DataView, index: number): number | undefined {
  const offset = index * ENTRY_BYTES;
  const high = view.getInt32(offset + 4, true);
  return high < 0 ? -(high * 2 ** 32 + view.getUint32(offset, true)) : undefined;
}
