import type { Store } from "@x/registry-core";

import * as of from "../records/collections.ts";
import { entriesInPages } from "../records/entries-in-pages.ts";

const DAY_MILLISECONDS = 86_400_000;
// Longer than anybody holds on to events that somebody else may have applied.
const KEPT_DAYS = 30;

/** Once a day: forgets how far streams were applied that are long over. */
export async function forgetPositions(
  store: Store,
  now: number,
  present: ReadonlyMap<string, unknown>,
): Promise<void> {
  const today = Math.floor(now / DAY_MILLISECONDS);
  if ((await store.get(of.revisions.at(of.FORGOTTEN_DAY))) === today) return;
  const before = new Date(now - KEPT_DAYS * DAY_MILLISECONDS).toISOString();
  const isOld = (at: string): boolean => at < before;
  const old: string[] = [];
  for await (const [stream, { at }] of entriesInPages(store, of.streams)) {
    if (isOld(at) && !present.has(stream)) old.push(stream);
  }
  await store.transact(
    old.map((stream) => of.streams.at(stream)),
    (positions) => {
      // Those that were applied again meanwhile stay.
      const over = old.filter((_, index) => isOld(positions[index]?.at ?? ""));
      const changes = over.map((stream) => of.streams.delete(stream));
      return {
        changes: [...changes, of.revisions.put(of.FORGOTTEN_DAY, today)],
        result: undefined,
      };
    },
  );
}
