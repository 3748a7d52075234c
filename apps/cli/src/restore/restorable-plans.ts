import {
  listTrash,
  type RestoredPlans,
  restorePlans,
  type TrashedPlans,
} from "@x/registry-core/session-plans";

import type { Invocation } from "../command.ts";
import { codeOf } from "../errors/error-code.ts";
import { EXIT } from "../errors/exit-code.ts";
import { plural } from "../screen/plural.ts";

/** Plans that were cleaned and can be brought back. */
export interface RestorablePlans {
  /** What `cabinet restore` takes: `plans:<id>`, or `plans` for the latest. */
  readonly what: string;
  readonly cleared_at: string;
  /** How many. */
  readonly plans: number;
  /** Whether their registry is there too. */
  readonly registry: boolean;
}

const LATEST = "plans";
const KIND = `${LATEST}:`;

/** All of a root, the latest at the end. */
export async function listRestorablePlans(root: string): Promise<RestorablePlans[]> {
  return (await listTrash(root)).map(({ id, trashedAt, plans, hasRegistry }) => {
    return { what: KIND + id, cleared_at: trashedAt, plans: plans.length, registry: hasRegistry };
  });
}

/** Whether plans may be meant: a phase may have such a name, too. */
export function mayBePlans(what: string): boolean {
  return what === LATEST || what.startsWith(KIND);
}

/** Brings back one cleaning, and tells what came of it; undefined when there is nothing of that name. */
export async function restorePlansNamed(
  root: string,
  what: string,
  { onWarning }: Pick<Invocation, "onWarning">,
): Promise<{ cleaning: TrashedPlans; restored: RestoredPlans } | undefined> {
  const all = await listTrash(root);
  const cleaning = what === LATEST ? all.at(-1) : all.find(({ id }) => KIND + id === what);
  if (cleaning === undefined) return undefined;
  try {
    return { cleaning, restored: await restorePlans(root, cleaning.id, { onWarning }) };
  } catch (error) {
    // Somebody else has brought it back meanwhile.
    if (codeOf(error) === "REGISTRY_TRASH_NOT_FOUND") return undefined;
    throw error;
  }
}

/** The same as data, as lines, and what is to be done about what could not come back. */
export function restoredPlans(cleaning: TrashedPlans, restored: RestoredPlans) {
  const what = KIND + cleaning.id;
  const { plans, kept, registry, sessions } = restored;
  const folder = `.ai/.trash/${cleaning.id}`;
  const back = [
    plural(plans.length, "plan"),
    ...(sessions > 0 ? [`${plural(sessions, "session")} with a plan again`] : []),
  ];
  const isPart = kept.length > 0 || registry === "kept";
  const text = [
    `Restored ${what}: ${back.join(", ")}.`,
    ...kept.map((name) => `Kept ${folder}/plan-${name}.md: there is a plan of that name.`),
    ...(registry === "kept"
      ? [
          `Kept ${folder}/.session-plans.json: not all of it is understood, and there is a registry.`,
        ]
      : []),
  ];
  const again = `and run \`cabinet restore ${what}\` again.`;
  const hint = [
    ...(kept.length > 0 ? [`Rename or move the plans in .ai that have these names, ${again}`] : []),
    ...(registry === "kept"
      ? [
          `Look at the registry in ${folder}; to have all of it, move .ai/.session-plans.json away ${again}`,
        ]
      : []),
  ];
  const data = {
    what,
    cleared_at: cleaning.trashedAt,
    plans: plans.length,
    registry,
    sessions,
    kept,
  };
  return { data, text, hint, exitCode: isPart ? EXIT.failed : EXIT.done };
}
