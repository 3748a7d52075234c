import type { Roots } from "@x/registry-core/workspace";

import type { Invocation } from "../command.ts";
import { CliError } from "../errors/cli-error.ts";
import { codeOf, reasonOf } from "../errors/error-code.ts";
import { maximumSize, trackerPath } from "../tracker/tracker-path.ts";
import type { Place } from "./place.ts";

/**
 * Where the doctor looks for a command; --verbose says why it is there. A repository that cannot be reached is
 * a finding, and no error; so is a user without a home folder, where the database is not named.
 */
export async function placeToLookAt(
  invocation: Invocation,
): Promise<{ readonly place: Place; readonly roots: Roots }> {
  const roots = await invocation.roots();
  const { checkout, plans } = roots;
  invocation.note(`specs are looked for in ${checkout.path} (by ${checkout.rule})`);
  invocation.note(`plans are looked for in ${plans.path} (by ${plans.rule})`);
  const database = databaseOf(invocation);
  invocation.note(`agents are tracked in ${database ?? "no file: this user has no home folder"}`);
  const place: Place = {
    checkout: checkout.path,
    plans: plans.path,
    ...leasesOf(roots, invocation),
    database,
    maxSize: maximumSize(invocation),
    now: invocation.now,
  };
  return { place, roots };
}

function leasesOf(roots: Roots, { note }: Invocation): Pick<Place, "leases" | "leasesFault"> {
  try {
    const { path, rule } = roots.leases;
    note(`leases are kept in ${path} (by ${rule})`);
    return { leases: path };
  } catch (error) {
    if (codeOf(error) !== "WORKSPACE_UNREACHABLE") throw error;
    return {
      leases: undefined,
      leasesFault: { path: roots.checkout.path, reason: reasonOf(error) },
    };
  }
}

function databaseOf(invocation: Invocation): string | undefined {
  try {
    return trackerPath(invocation);
  } catch (error) {
    if (error instanceof CliError || codeOf(error) !== "ERR_SYSTEM_ERROR") throw error;
    return undefined;
  }
}
