import type { Collection, Range, Store } from "@x/registry-core";

// Some hundred kilobytes of records at a time, however many there are.
const PAGE = 500;

/** The entries of the range in the order of their keys, page by page: what is written meanwhile may be among them. */
export async function* entriesInPages<V>(
  store: Store,
  of: Collection<V>,
  range: Omit<Range, "limit" | "reverse"> = {},
): AsyncGenerator<[key: string, value: V]> {
  let { gt, gte } = range;
  for (;;) {
    const from = gt === undefined ? { gte } : { gt };
    const page = await store.entries(of, { ...range, gte: undefined, ...from, limit: PAGE });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    [gt, gte] = [last[0], undefined];
  }
}
