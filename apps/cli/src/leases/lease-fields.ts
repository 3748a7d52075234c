import { resolve } from "node:path";

import type { LeaseFields } from "@x/registry-core/leases";

import { listOption, textOption } from "../arguments.ts";
import type { CommandOption, Invocation } from "../command.ts";
import { durationOption } from "../options/duration.ts";
import { globInCheckout } from "./checkout-globs.ts";
import { leasePlace } from "./lease-place.ts";

/** The options of the commands that grant a lease. */
export const LEASE_FIELD_OPTIONS = {
  agent: { type: "string", value: "<id>", summary: "Who is going to work" },
  branch: { type: "string", value: "<name>", summary: "Default: the branch of this checkout" },
  worktree: {
    type: "string",
    value: "<path>",
    completes: "folder",
    summary: "Default: the top of this checkout",
  },
  write: {
    type: "string",
    value: "<glob>",
    multiple: true,
    completes: "file",
    summary: "Files that are going to be written; may be repeated",
  },
  ttl: { type: "string", value: "<duration>", summary: "It expires after that, as 30m or 2h" },
  provenance: { type: "string", value: "<hash>", summary: "What the work is based on" },
} as const satisfies Record<string, CommandOption>;

/** What the command line says of a lease, completed from the checkout. Throws `CABINET_USAGE`. */
export async function leaseFields(invocation: Invocation): Promise<LeaseFields> {
  const { positionals, options, cwd } = invocation;
  const [phase_id = ""] = positionals;
  const worktree = textOption(options, "worktree");
  const writes = listOption(options, "write");
  const ttl_ms = durationOption(options, "ttl");
  const { checkout, globs } = await leasePlace(invocation);
  const place = writes.length === 0 ? undefined : globs();
  return {
    phase_id,
    worktree_path: worktree === undefined ? checkout?.top : resolve(cwd(), worktree),
    agent_id: textOption(options, "agent"),
    branch_name: textOption(options, "branch") ?? checkout?.branch,
    write_set: place === undefined ? [] : writes.map((glob) => globInCheckout(glob, place)),
    provenance_hash: textOption(options, "provenance"),
    ttl_ms,
  };
}
