import type { Store } from "@x/registry-core";

import * as of from "./collections.ts";
import { entriesInPages } from "./entries-in-pages.ts";
import type { TrackerRecord } from "./tracker-record.ts";

/** All records, kind by kind, in the order of their keys. */
export async function* listRecords(store: Store): AsyncGenerator<TrackerRecord> {
  for await (const [, record] of entriesInPages(store, of.agents)) yield { type: "agent", record };
  for await (const [, record] of entriesInPages(store, of.commits)) {
    yield { type: "commit", record };
  }
  for await (const [, record] of entriesInPages(store, of.communication)) {
    yield { type: "communication", record };
  }
  for await (const [, record] of entriesInPages(store, of.retrospectives)) {
    yield { type: "retrospective", record };
  }
  for await (const [, record] of entriesInPages(store, of.activities)) {
    yield { type: "activity", record };
  }
  for await (const [, record] of entriesInPages(store, of.scores)) yield { type: "score", record };
}
