import type { Database } from "../../src/database.ts";
import type { MemoryDatabase } from "../../src/memory-database.ts";

/** A database as others write one: puts and gets, and nothing else. */
export function putsOnly(inner: MemoryDatabase): Database {
  return {
    get isAvailable() {
      return inner.isAvailable;
    },
    putAgent: (id, data) => inner.putAgent(id, data),
    getAgent: (id) => inner.getAgent(id),
    putCommit: (path, hash, data) => inner.putCommit(path, hash, data),
    getCommit: (path, hash) => inner.getCommit(path, hash),
    putCommunicationEvent: (event) => inner.putCommunicationEvent(event),
    getCommunicationEvents: (id, limit) => inner.getCommunicationEvents(id, limit),
    putRetrospective: (id, hash, entry) => inner.putRetrospective(id, hash, entry),
    getRetrospectives: (id, limit) => inner.getRetrospectives(id, limit),
    putActivity: (id, entry) => inner.putActivity(id, entry),
    getActivities: (id, limit) => inner.getActivities(id, limit),
    close: () => inner.close(),
  };
}
