import type { Copies } from "./copies.ts";
import { type FindingId, SEVERITIES } from "./finding-ids.ts";
import type { Place } from "./place.ts";

/** How bad it is: an `error` loses or hides something, a `warning` may, a `note` is worth knowing. */
export type Severity = "error" | "warning" | "note";

/** One thing that is not as it should be, in words for people and with an id for programs. */
export interface Finding {
  /** Stable; each is in the table of the README. */
  readonly id: FindingId;
  readonly severity: Severity;
  /** The file or folder that it is about. */
  readonly path: string | null;
  /** What is wrong and why it matters, in one or two sentences. */
  readonly message: string;
  /** One command line that looks into it, or is the next step, and can be run as it stands. */
  readonly command: string | null;
  /** What to do next, in words. Neither removes anything. */
  readonly advice: string | null;
  /** What `cabinet doctor --fix` does about it, in one sentence; null: it leaves it alone. */
  readonly fix: string | null;
}

/** A note is nothing that anybody must do something about. */
export function isWrong({ severity }: Pick<Finding, "severity">): boolean {
  return severity !== "note";
}

/** A finding, and how it is mended where it can be. */
export interface Found extends Finding {
  readonly mend?: Mend | undefined;
  /** The fault of Cabinet itself that kept it from looking. */
  readonly fault?: unknown;
}

/**
 * Mends what was found, if it is still so: it looks again first, under the lock of whoever changes that otherwise,
 * and nothing that it moves or replaces is lost: it is among the copies, or set aside beside its file. Throws what
 * stands in the way.
 */
type Mend = (copies: Copies) => Promise<Mended>;

/** `left`: why nothing was done, when what was found is not so any more, or somebody is at work on it. */
export type Mended = { readonly left?: string | undefined };

export interface Facts {
  readonly path: string | null;
  readonly message: string;
  readonly command?: string | undefined;
  readonly advice?: string | undefined;
  readonly fix?: string | undefined;
  readonly mend?: Mend | undefined;
  readonly fault?: unknown;
}

export function findingOf(
  id: FindingId,
  { path, message, command, advice, fix, mend, fault }: Facts,
): Found {
  const isMendable = fix !== undefined && mend !== undefined;
  return {
    id,
    severity: SEVERITIES[id],
    path,
    message,
    command: command ?? null,
    advice: advice ?? null,
    fix: isMendable ? fix : null,
    ...(isMendable && { mend }),
    fault,
  };
}

/** What one check has found, and what it has looked at, such as `3 leases`; undefined: nothing worth a word. */
export interface Look {
  readonly found: readonly Found[];
  readonly seen?: string | undefined;
}

/** Looks at one kind of thing, and changes nothing. */
export interface Check {
  readonly id: string;
  readonly look: (place: Place) => Promise<Look>;
}
