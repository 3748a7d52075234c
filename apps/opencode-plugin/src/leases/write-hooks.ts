import { holderStateOf, type Lease, literalGlob } from "@x/registry-core/leases";

import { BoundedMap } from "../bounded-map.ts";
import { callKey } from "../call-key.ts";
import type { HookPart } from "../hook-part.ts";
import { Refusal } from "../refusal.ts";
import { shownText } from "../shown-text.ts";
import type { Warnings } from "../warnings.ts";
import { changedFiles } from "../written-files.ts";
import type { LeaseDesk } from "./lease-desk.ts";
import type { OwnLeases } from "./own-leases.ts";

export interface WriteParts {
  readonly desk: LeaseDesk;
  readonly own: OwnLeases;
  readonly warnings: Warnings;
  /** Whether a write into the write set of somebody who may be at work is refused, or told of. */
  readonly isRefusing: boolean;
}

/** A file that a call is about to write, and the lease of somebody else who is going to write it. */
interface Held {
  readonly file: string;
  readonly lease: Lease;
}

// Of calls that fail, the client tells nothing more.
const MOST_NOTES = 100;

/** Looks, before an agent writes a file, whether an open lease of somebody else is about it. */
export function createWriteHooks({ desk, own, warnings, isRefusing }: WriteParts): HookPart {
  const notes = new BoundedMap<string>(MOST_NOTES);
  return {
    name: "looking for leases",
    toolBefore: (call) => {
      const files = changedFiles(call.tool, call.args).map(({ path }) => path);
      if (files.length === 0) return;
      const held = findHeld(desk, own, call.sessionID, files);
      const [first] = held;
      if (first === undefined) return;
      const alive = isRefusing ? held.find(({ lease }) => mayBeAtWork(lease)) : undefined;
      if (alive !== undefined)
        throw new Refusal("CABINET_WRITE_HELD", `${sentence(alive)} ${REFUSED}`);
      notes.set(callKey(call), held.map(sentence).join(" "));
      warnings.warn(
        sentence(first),
        `${call.sessionID} ${first.lease.phase_id} ${first.lease.epoch}`,
      );
    },
    toolAfter: (call, result) => {
      const note = notes.take(callKey(call));
      // The agent is told too: it can ask, or write elsewhere.
      if (note !== undefined && typeof result.output === "string") {
        result.output += `\n\nWarning of cabinet: ${note}`;
      }
    },
  };
}

function findHeld(
  desk: LeaseDesk,
  own: OwnLeases,
  sessionID: string,
  files: readonly string[],
): Held[] {
  const others = desk.openLeases().filter((lease) => !own.has(desk.root, lease, sessionID));
  if (others.length === 0) return [];
  return files.flatMap((file) => {
    const path = desk.pathInCheckout(file);
    if (path === undefined || path === "") return [];
    const leases = desk.overlaps(others, [literalGlob(path)]).map(({ lease }) => lease);
    // Of several, one that is going to write.
    const lease = leases.find(mayBeAtWork) ?? leases[0];
    return lease === undefined ? [] : [{ file: path, lease }];
  });
}

/** Whoever is dead, or too late, is not going to write any more. */
function mayBeAtWork(lease: Lease): boolean {
  return ["alive", "unknown"].includes(holderStateOf(lease));
}

function sentence({ file, lease }: Held): string {
  const { phase_id, agent_id, worktree_path } = lease;
  const who = agent_id === null || agent_id === "" ? "" : ` of ${shown(agent_id)}`;
  const where = worktree_path === "" ? "" : ` in ${shown(worktree_path)}`;
  return `${shown(file)} is in the write set of the open lease of phase ${shown(phase_id)}${who}${where} (its holder: ${holderStateOf(lease)}).`;
}

// What stands in the file of leases, anybody may have written.
const LONGEST_SHOWN = 200;

function shown(text: string): string {
  return shownText(text, LONGEST_SHOWN);
}

const REFUSED =
  "The write is refused (option leaseConflicts). Do other work first, or ask the user; `cabinet lease list` shows all leases.";
