import { isSamePhase } from "@x/registry-core/leases";
import type { Root } from "@x/registry-core/workspace";
import { realPathOf } from "@x/registry-core/workspace";

import type { CommandOption, Invocation } from "../command.ts";
import { CliError } from "../errors/cli-error.ts";
import { parseList } from "../options/parse-list.ts";
import { parseWholeNumber, wholeNumberOption } from "../options/whole-number-option.ts";

export const EPOCH_OPTION = {
  epoch: { type: "string", value: "<n>", summary: "Only if the lease is still that one" },
} as const satisfies Record<string, CommandOption>;

/** A lease that a `lease run` holds for the commands below it. */
export interface LeaseAround {
  readonly root: string;
  readonly phase: string;
  readonly epoch: number;
}

/**
 * What `lease run` tells its command, so that the command can only mean the leases that it works under: the
 * innermost one, which is the last, and all of them.
 */
export function leaseEnvironment(leases: readonly LeaseAround[]): Record<string, string> {
  const { root = "", phase = "", epoch = "" } = leases.at(-1) ?? {};
  return {
    CABINET_LEASE_ROOT: root,
    CABINET_LEASE_PHASE: phase,
    CABINET_LEASE_EPOCH: String(epoch),
    CABINET_LEASES: JSON.stringify(leases),
  };
}

type Environment = Invocation["env"];

/** The leases that this process works under, outer ones first. Throws `CABINET_USAGE`. */
export function leasesAround(env: Environment): readonly LeaseAround[] {
  const listed = listedLeases(env);
  const named = namedLease(env);
  if (named === undefined) return listed;
  const own = { ...named, epoch: namedEpoch(env) };
  const last = listed.at(-1);
  const isListed = last !== undefined && isOf(last, own) && last.epoch === own.epoch;
  return isListed ? listed : [...listed, own];
}

/**
 * The epoch that the caller means: the one of `--epoch`, else that of the innermost `lease run` around the
 * caller that holds this phase; undefined for whatever lease there is. Throws `CABINET_USAGE`.
 */
export function epochFor(
  { options, env }: Invocation,
  root: Root,
  phase: string,
): number | undefined {
  const given = wholeNumberOption(options, "epoch");
  if (given !== undefined) return given;
  const listed = listedLeases(env);
  const meant = { root: root.path, phase };
  const named = namedLease(env);
  if (named !== undefined && isOf(named, meant)) return namedEpoch(env);
  return listed.findLast((lease) => isOf(lease, meant))?.epoch;
}

type LeasePlace = Pick<LeaseAround, "root" | "phase">;

function isOf(lease: LeasePlace, meant: LeasePlace): boolean {
  if (!isSamePhase(lease.phase, meant.phase)) return false;
  const root = realPathOf(lease.root);
  // What is not there any more may have been moved to where the caller is: then the fence holds.
  return root === undefined || root === realPathOf(meant.root);
}

function namedLease(env: Environment): LeasePlace | undefined {
  const { CABINET_LEASE_ROOT: root = "", CABINET_LEASE_PHASE: phase } = env;
  return phase === undefined ? undefined : { root, phase };
}

function namedEpoch({ CABINET_LEASE_EPOCH: text = "" }: Environment): number {
  const epoch = parseWholeNumber(text);
  if (epoch === undefined)
    throw notUnderstood(`CABINET_LEASE_EPOCH is "${text}", which is no epoch.`);
  return epoch;
}

function listedLeases({ CABINET_LEASES: text }: Environment): readonly LeaseAround[] {
  if (text === undefined) return [];
  const leases = parseList(text, isLeaseAround);
  if (leases !== undefined) return leases;
  throw notUnderstood("CABINET_LEASES is no list of leases, each with root, phase and epoch.");
}

function isLeaseAround(item: unknown): item is LeaseAround {
  if (typeof item !== "object" || item === null) return false;
  const { root, phase, epoch }: { root?: unknown; phase?: unknown; epoch?: unknown } = item;
  const isEpoch = Number.isSafeInteger(epoch) && Number(epoch) >= 1;
  return typeof root === "string" && typeof phase === "string" && isEpoch;
}

function notUnderstood(message: string): CliError {
  const hint =
    "Leave it as `cabinet lease run` has set it, or say which lease is meant with --epoch <n>.";
  return new CliError("CABINET_USAGE", message, hint);
}
