/** A file that the gate asks for, by its path relative to the root, with `/`. */
export interface Evidence {
  readonly path: string;
  readonly state: "present" | "empty" | "missing" | "no file";
}

/** What lies where a folder is looked for. */
export type FolderState = "present" | "missing" | "no folder";

/** What the gate looks at. */
export interface GateFacts {
  /** Of `.planning/phases`. */
  readonly phases: FolderState;
  /** Of the phase, relative to the root; undefined where it has none. */
  readonly folder: string | undefined;
  /** Of `.internal-research`. */
  readonly research: FolderState;
  /** The phase's own files. */
  readonly evidence: readonly Evidence[];
  readonly lessons: Evidence;
  /** When the lessons were last changed, where there are some. */
  readonly touched: Date | undefined;
}

/** Whether a phase has what it needs to be done. */
export interface Gate {
  readonly state: "passed" | "refused" | "skipped";
  /** Each with its path and why it does not count; empty unless refused. */
  readonly missing: readonly string[];
  /** Why it was skipped. */
  readonly reason?: string;
}

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const FRESH_DAYS = 7;

/** What a phase needs before it is done: its evidence, and lessons that were touched in the last 7 days. */
export function gateOf(facts: GateFacts, now: Date): Gate {
  const reason = skipReason(facts);
  if (reason !== undefined) return { state: "skipped", missing: [], reason };
  const { evidence, lessons, touched } = facts;
  const missing = [...evidence, lessons]
    .filter(({ state }) => state !== "present")
    .map(({ path, state }) => `${path} is ${state === "no file" ? "not a regular file" : state}`);
  if (lessons.state === "present" && touched !== undefined && !isFresh(touched, now)) {
    const time = touched.toISOString();
    missing.push(`${lessons.path} was last touched at ${time}, more than ${FRESH_DAYS} days ago`);
  }
  return { state: missing.length === 0 ? "passed" : "refused", missing };
}

function skipReason({ phases, folder, research }: GateFacts): string | undefined {
  if (phases === "no folder") return ".planning/phases is not a folder";
  if (folder === undefined) return "the phase has no folder in .planning/phases";
  if (research === "no folder") return ".internal-research is not a folder";
  return research === "missing" ? "there is no folder .internal-research" : undefined;
}

/** A clock that is set back makes nothing stale. */
function isFresh(touched: Date, now: Date): boolean {
  return now.getTime() - touched.getTime() <= FRESH_DAYS * DAY_MILLISECONDS;
}
