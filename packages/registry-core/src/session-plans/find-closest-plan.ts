import { listPlanFiles } from "./plan-file.ts";
import { readPlans } from "./plan-registry.ts";
import { planRows } from "./session-plan-rules.ts";
import { knownPlan, type SessionPlan, type SessionPlanEntry } from "./session-plan.ts";

/** A plan on disk, and who has registered it last. */
export interface ClosestPlan {
  /** The name without `plan-` and `.md`. */
  plan: string;
  /** Null when nobody has. */
  entry: SessionPlanEntry | null;
}

/**
 * The plan on disk that somebody means who types part of its name, in whatever case: the one of that
 * very name; else the only one that starts so; else the only one that holds it. An empty text means
 * the only plan there is. Null when there is none, or more than one. Throws `RegistryError`
 * (`REGISTRY_UNREADABLE`) when the folder of the plans cannot be listed.
 */
export async function findClosestPlan(dir: string, partial: string): Promise<ClosestPlan | null> {
  const plan = closestName(await listPlanFiles(dir), partial);
  return plan === undefined ? null : { plan, entry: latestEntry(dir, plan) };
}

/** Which of the names is meant: the rule, without files. */
export function closestName(names: readonly string[], partial: string): string | undefined {
  if (names.includes(partial)) return partial;
  const wanted = fold(partial);
  const matches: ((name: string) => boolean)[] =
    wanted === ""
      ? [() => true]
      : [
          (name) => fold(name) === wanted,
          (name) => fold(name).startsWith(wanted),
          (name) => fold(name).includes(wanted),
        ];
  const found = matches.map((isMatch) => names.filter(isMatch)).find(({ length }) => length > 0);
  return found?.length === 1 ? found[0] : undefined;
}

/** Names that look the same may be spelled in different ways, by the file system of a Mac for one. */
function fold(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function latestEntry(dir: string, plan: string): SessionPlanEntry | null {
  const rows = planRows(readPlans(dir)).filter((row) => row.plan.plan === plan);
  const latest = rows.reduce<(typeof rows)[number] | undefined>(
    (one, other) => (one === undefined || isLater(other.plan, one.plan) ? other : one),
    undefined,
  );
  if (latest === undefined) return null;
  const { sessionID } = latest;
  return { ...knownPlan(latest.plan), ...(sessionID !== undefined && { sessionID }) };
}

/** Of two times that are the same, or none, the one further down counts as later. */
function isLater(one: SessionPlan, other: SessionPlan): boolean {
  return !(Date.parse(one.createdAt) < Date.parse(other.createdAt));
}
