import { listPlanFiles, listPlans } from "@x/registry-core/session-plans";

import { registeredID } from "../plans/find-session.ts";
import type { Candidate } from "./offer.ts";

/** The plans that are there as files. */
export async function plansOnDisk(root: string): Promise<Candidate[]> {
  const rows = await listPlans(root);
  return (await listPlanFiles(root)).map((name) => {
    const row = rows.findLast(({ plan }) => plan === name);
    return { value: name, description: row?.status ?? "untracked" };
  });
}

/** The plans that a session has registered. */
export async function registeredPlans(root: string): Promise<Candidate[]> {
  return (await listPlans(root)).map(({ plan, status }) => ({ value: plan, description: status }));
}

/** The sessions that have a plan. */
export async function sessions(root: string): Promise<Candidate[]> {
  return (await listPlans(root)).map((row) => {
    return { value: registeredID(row), description: `${row.plan} (${row.status})` };
  });
}
