import { type Liveness, processLiveness } from "@x/atomic-fs";

import { type Failure, failureOf } from "../failure.ts";
import { listStreams } from "./list-streams.ts";
import { eventsBehind, readStream } from "./read-stream.ts";

/** The journal of one host, as its files tell it. */
export interface SeenJournal {
  readonly stream: string;
  /** Its files, in their order. */
  readonly paths: readonly string[];
  /** Whether its host lives, as seen from here; `unknown` also where the journal does not tell whose it is. */
  readonly writer: Liveness;
  readonly pid: number | undefined;
  /** How many it holds. What is applied already goes with the files, and may be among them. */
  readonly events: number;
  /** How many lines cannot be read. */
  readonly damagedLines: number;
  /** Why it cannot be read, or not to its end: `TRACKER_JOURNAL_UNREADABLE`. */
  readonly fault: Failure | undefined;
}

/**
 * The journals in the folder of a database (`journalFolderOf`): what waits there, and whose it is. Opens no
 * database and changes nothing. Without a folder there are none; throws what else the file system says of it.
 */
export function listJournals(folder: string): SeenJournal[] {
  return [...listStreams(folder)].map(([stream, segments]) => {
    const paths = segments.map(({ path }) => path);
    try {
      const content = readStream(segments);
      const { events, fault } = eventsBehind(content, 0);
      return {
        stream,
        paths,
        writer: content.process === undefined ? "unknown" : processLiveness(content.process),
        pid: content.process?.pid,
        events: events.length,
        damagedLines: content.damagedLines,
        fault: fault && failureOf(fault, stream),
      };
    } catch (error) {
      const nothing = { writer: "unknown", pid: undefined, events: 0, damagedLines: 0 } as const;
      return { stream, paths, ...nothing, fault: failureOf(error, stream) };
    }
  });
}
