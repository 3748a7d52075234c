import { realpathSync } from "node:fs";

import { isSamePhase } from "@x/registry-core/leases";
import type { Root } from "@x/registry-core/workspace";

import type { CommandOption, Invocation } from "./command.ts";
import { CliError } from "./errors.ts";
import { parseWholeNumber, wholeNumberOption } from "./whole-number-option.ts";

export const EPOCH_OPTION = {
  epoch: { type: "string", value: "<n>", summary: "Only if the lease is still that one" },
} as const satisfies Record<string, CommandOption>;

/** What `lease run` tells its command, so that the command can only mean the lease that it works under. */
export function leaseEnvironment(root: Root, phase: string, epoch: number): Record<string, string> {
  return {
    CABINET_LEASE_ROOT: root.path,
    CABINET_LEASE_PHASE: phase,
    CABINET_LEASE_EPOCH: String(epoch),
  };
}

/**
 * The epoch that the caller means: the one of `--epoch`, else that of the `lease run` which the caller was
 * started by, where that holds this phase; undefined for whatever lease there is. Throws `CABINET_USAGE`.
 */
export function epochFor(
  { options, env }: Invocation,
  root: Root,
  phase: string,
): number | undefined {
  const given = wholeNumberOption(options, "epoch");
  if (given !== undefined) return given;
  const { CABINET_LEASE_ROOT = "", CABINET_LEASE_PHASE, CABINET_LEASE_EPOCH = "" } = env;
  if (CABINET_LEASE_PHASE === undefined || !isSamePhase(CABINET_LEASE_PHASE, phase))
    return undefined;
  if (realPath(CABINET_LEASE_ROOT) !== realPath(root.path)) return undefined;
  const epoch = parseWholeNumber(CABINET_LEASE_EPOCH);
  if (epoch !== undefined) return epoch;
  const message = `CABINET_LEASE_EPOCH is "${CABINET_LEASE_EPOCH}", which is no epoch.`;
  throw new CliError("CABINET_USAGE", message, "Say which lease is meant with --epoch <n>.");
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
