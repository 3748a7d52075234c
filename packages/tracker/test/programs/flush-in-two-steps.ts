// The known-bad double of the program that flushes: what it has applied, it notes a moment later.
import { setTimeout as delay } from "node:timers/promises";

import { openLmdbStore } from "@x/lmdb-store";

import { eventTransaction } from "../../src/events/event-transaction.ts";
import { flushAssignmentSchema } from "../../src/flush/flush-assignment.ts";
import { listStreams } from "../../src/journal/list-streams.ts";
import { eventsBehind, readStream } from "../../src/journal/read-stream.ts";
import { COLLECTION_NAMES, streams } from "../../src/records/collections.ts";

const { path, folder } = flushAssignmentSchema.parse(JSON.parse(process.argv.at(-1) ?? ""));
const store = await openLmdbStore(path, { collections: COLLECTION_NAMES });
for (const [stream, segments] of listStreams(folder)) {
  const { applied = 0 } = (await store.get(streams.at(stream))) ?? {};
  const { events } = eventsBehind(readStream(segments), applied);
  const { reads, decide } = eventTransaction({ stream: undefined, events }, Date.now());
  await store.transact(reads, decide);
  await delay(100);
  const last = events.at(-1)?.number ?? applied;
  const position = streams.put(stream, { applied: last, at: new Date().toISOString() });
  await store.transact([], () => ({ changes: [position], result: undefined }));
}
await store.close();
