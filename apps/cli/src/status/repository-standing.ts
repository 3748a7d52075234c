import { detectResume, readExecutor } from "@x/planning/run-state";
import { peekLeases } from "@x/registry-core/leases";
import type { Roots } from "@x/registry-core/workspace";
import { journalFolderOf, listJournals, type SeenJournal } from "@x/tracker/host";

import type { Invocation } from "../command.ts";
import { codeOf } from "../doctor/could-not-look.ts";
import type { Finding } from "../doctor/finding.ts";
import { placeToLookAt } from "../doctor/place-to-look-at.ts";
import type { Place } from "../doctor/place.ts";
import { quickFindings } from "../doctor/quick-findings.ts";
import { runFoldersOf } from "../doctor/run-folders.ts";
import { type LeaseData, leaseData } from "../lease-data.ts";
import { specStanding, type SpecStanding } from "../spec-standing.ts";
import { type AgentAtWork, agentsAtWork, type RunAtWork } from "./agents-at-work.ts";
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
  /** What `cabinet doctor` would find in the files alone, worst first. */
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
  return {
    root,
    spec: await activeSpec(root.path, invocation),
    plan: await sessionPlan(roots.plans.path, invocation),
    leases,
    agents: agentsAtWork({ leases: leases ?? [], runs: await runsOf(place), journals }),
    findings: await quickFindings(place),
  };
}

/** That none of the specs is the active one is among the findings; so is a `.planning` that cannot be looked into. */
async function activeSpec(root: string, { onWarning }: Invocation): Promise<SpecStanding | null> {
  try {
    return await specStanding(root, undefined, (warning) => {
      if (warning.code !== "PLANNING_ACTIVE_DANGLING") onWarning(warning);
    });
  } catch (error) {
    if (codeOf(error)?.startsWith("PLANNING_") !== true) throw error;
    return null;
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
  } catch {
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
    } catch {
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
  } catch {
    return [];
  }
}
