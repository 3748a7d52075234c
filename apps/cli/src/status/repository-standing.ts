import { detectResume, readExecutor } from "@x/planning/run-state";
import type { Warning } from "@x/registry-core";
import { peekLeases } from "@x/registry-core/leases";
import type { Roots } from "@x/registry-core/workspace";
import { journalFolderOf, listJournals, type SeenJournal } from "@x/tracker/host";

import type { Invocation } from "../command.ts";
import type { Finding } from "../doctor/finding.ts";
import { placeToLookAt } from "../doctor/place-to-look-at.ts";
import type { Place } from "../doctor/place.ts";
import { runFoldersOf } from "../doctor/run-folders.ts";
import { codeOf } from "../errors/error-code.ts";
import { isFault } from "../errors/fault.ts";
import { type LeaseData, leaseData } from "../leases/lease-data.ts";
import { specStanding, type SpecStanding } from "../specs/spec-standing.ts";
import { type AgentAtWork, agentsAtWork, type RunAtWork } from "./agents-at-work.ts";
import { findingsHere } from "./findings-here.ts";
import { sessionPlan, type SessionPlan } from "./session-plan.ts";

/** What one screen tells of a repository. */
export interface RepositoryStanding {
  readonly root: Roots["checkout"];
  /** Null where `.planning` cannot be looked into. */
  readonly spec: SpecStanding | null;
  /** Null where the registry of plans cannot be used. */
  readonly plan: SessionPlan | null;
  /** Those that are open, of all worktrees; null where they cannot be told. */
  readonly leases: readonly LeaseData[] | null;
  readonly agents: readonly AgentAtWork[];
  /** What `cabinet doctor` finds in the files alone, worst first. */
  readonly findings: readonly Finding[];
}

/**
 * Looks at everything, and changes nothing: no lock is taken, no database opened, no process started. What cannot be
 * looked at is a warning or a finding, and hides nothing else.
 */
export async function repositoryStanding(invocation: Invocation): Promise<RepositoryStanding> {
  const { place, roots } = await placeToLookAt(invocation);
  const { checkout: root } = roots;
  const leases = openLeases(place, invocation);
  const journals = journalsOf(place);
  const { spec, warnings } = await activeSpec(root.path);
  return {
    root,
    spec,
    plan: await sessionPlan(roots.plans.path, invocation),
    leases,
    agents: agentsAtWork({ leases: leases ?? [], runs: await runsOf(place), journals }),
    findings: await findingsHere(place, warnings, invocation.onFault),
  };
}

/** Where it cannot be told, the reason is among the findings; so is what is noted as the active spec and is none. */
async function activeSpec(
  root: string,
): Promise<{ readonly spec: SpecStanding | null; readonly warnings: readonly Warning[] }> {
  const warnings: Warning[] = [];
  try {
    const spec = await specStanding(root, undefined, (warning) => {
      if (warning.code !== "PLANNING_ACTIVE_DANGLING") warnings.push(warning);
    });
    return { spec, warnings };
  } catch (error) {
    if (codeOf(error)?.startsWith("PLANNING_") !== true) throw error;
    return { spec: null, warnings };
  }
}

/** A registry that cannot be used is among the findings. */
function openLeases({ leases: root }: Place, { now }: Invocation): LeaseData[] | null {
  if (root === undefined) return null;
  const options = { clock: { now } };
  try {
    return peekLeases(root)
      .filter(({ lease_state }) => lease_state === "open")
      .map((lease) => leaseData(lease, options));
  } catch (error) {
    if (isFault(error)) throw error;
    return null;
  }
}

/** A run that cannot be read is among the findings. */
async function runsOf(place: Place): Promise<RunAtWork[]> {
  const runs = runFoldersOf(place).map(async ({ folder, name }): Promise<RunAtWork[]> => {
    try {
      const executor = await readExecutor(folder);
      if (executor?.liveness !== "alive") return [];
      const resume = await detectResume(folder);
      return [{ name, executor, agent: resume.kind === "agent" ? resume.agent : null }];
    } catch (error) {
      if (isFault(error)) throw error;
      return [];
    }
  });
  return (await Promise.all(runs)).flat();
}

/** Those that cannot be listed are among the findings. */
function journalsOf({ database }: Place): SeenJournal[] {
  if (database === undefined) return [];
  try {
    return listJournals(journalFolderOf(database));
  } catch (error) {
    if (isFault(error)) throw error;
    return [];
  }
}
