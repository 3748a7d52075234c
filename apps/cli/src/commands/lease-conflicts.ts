import { statSync } from "node:fs";
import { join } from "node:path";

import {
  findOverlaps,
  getLease,
  globFault,
  isSamePhase,
  latestLeases,
  type Lease,
  LeaseError,
  listLeases,
  type Overlap,
} from "@x/registry-core/leases";

import { textOption, usageError } from "../arguments.ts";
import type { Command, Invocation, Style } from "../command.ts";
import { EXIT } from "../errors/exit-code.ts";
import { globInCheckout } from "../leases/checkout-globs.ts";
import { holderCell } from "../leases/holder-cell.ts";
import { leaseData } from "../leases/lease-data.ts";
import { leasePlace } from "../leases/lease-place.ts";
import { leaseOptions, leaseRoot } from "../leases/lease-root.ts";
import { type Cell, table } from "../screen/table.ts";

const HEADING = ["PHASE", "HOLDER", "AGENT", "WRITES", "OTHER", "OTHER PHASE"];

/** Two globs that have files in common: one of an open lease, and another one. */
interface Conflict extends Overlap {
  /** Absent where the other one was given on the command line. */
  readonly other_phase_id?: string;
}

export const leaseConflicts: Command = {
  synopsis: "[<path|glob>...]",
  example: "cabinet lease conflicts 'src/auth/**' --phase 3",
  arguments: 0,
  optionalArguments: Infinity,
  completes: ["file"],
  options: {
    phase: {
      type: "string",
      value: "<phase>",
      completes: "open-lease",
      summary: "Compare the others with this phase",
    },
    "exit-code": { type: "boolean", summary: "Exit with 1 when there are some" },
  },
  run: async (invocation) => {
    const root = await leaseRoot(invocation);
    const found = await findConflicts(invocation, root.path);
    const options = leaseOptions(invocation);
    const isFailure = invocation.options["exit-code"] === true && found.length > 0;
    return {
      data: {
        root,
        conflicts: found.map(({ lease, ...rest }) => {
          const { phase_id, agent_id, epoch, holder_state } = leaseData(lease, options);
          return { phase_id, agent_id, epoch, holder_state, ...rest };
        }),
      },
      text: (style) => tableOf(found, invocation, style),
      ...(isFailure && { exitCode: EXIT.failed }),
    };
  },
};

async function findConflicts(invocation: Invocation, root: string): Promise<Conflict[]> {
  const { positionals, options } = invocation;
  const phase = textOption(options, "phase");
  if (positionals.some((glob) => glob.trim() === "")) throw usageError("A path or glob is empty.");
  const place = (await leasePlace(invocation)).globs();
  const globs = positionals.map((glob) => globInCheckout(glob, place));
  const isFile = (path: string): boolean => isFileIn(place.top, path);
  const leases = listLeases(root, leaseOptions(invocation));
  const open = latestLeases(leases).filter(({ lease_state }) => lease_state === "open");
  const others = open.filter(
    ({ phase_id }) => phase === undefined || !isSamePhase(phase_id, phase),
  );
  if (globs.length > 0) return findOverlaps(others, globs, { isFile });
  if (phase === undefined) return conflictsBetween(open, open, isFile);
  return conflictsBetween(others, [requireLease(invocation, root, phase)], isFile);
}

/** What is a file in this checkout is taken for one in the others. */
function isFileIn(top: string, path: string): boolean {
  try {
    return statSync(join(top, path)).isFile();
  } catch {
    // Not there, or not to be seen: it may be a folder.
    return false;
  }
}

function requireLease(invocation: Invocation, root: string, phase: string): Lease {
  const lease = getLease(root, phase, leaseOptions(invocation));
  if (lease === null) throw new LeaseError("LEASE_NOT_FOUND", phase, "has no lease");
  return lease;
}

/** Each of the leases with those that stand before it, or in the other list. */
function conflictsBetween(
  leases: readonly Lease[],
  others: readonly Lease[],
  isFile: (path: string) => boolean,
): Conflict[] {
  const writers = new Map<string, { lease: Lease; glob: string }[]>();
  for (const lease of others) {
    for (const glob of lease.write_set) {
      // What another tool has written and is no glob may be anything.
      const text = globFault(glob) === undefined ? glob : "**";
      writers.set(text, [...(writers.get(text) ?? []), { lease, glob }]);
    }
  }
  const places = new Map(leases.map((lease, place) => [lease, place]));
  const placeOf = (lease: Lease): number => places.get(lease) ?? -1;
  return findOverlaps(leases, [...writers.keys()], { isFile }).flatMap(({ lease, write, other }) =>
    (writers.get(other) ?? [])
      .filter((writer) => placeOf(writer.lease) < placeOf(lease))
      .map(({ glob, lease: { phase_id } }) => {
        return { lease, write, other: glob, other_phase_id: phase_id };
      }),
  );
}

function tableOf(conflicts: readonly Conflict[], invocation: Invocation, style: Style): string {
  if (conflicts.length === 0) return "No conflicts found.";
  const options = leaseOptions(invocation);
  const rows = conflicts.map(({ lease, write, other, other_phase_id }): Cell[] => [
    { text: lease.phase_id },
    holderCell(lease, leaseData(lease, options).holder_state, style),
    { text: lease.agent_id || "-" },
    { text: write },
    { text: other },
    { text: other_phase_id ?? "-" },
  ]);
  return table(HEADING, rows, style);
}
