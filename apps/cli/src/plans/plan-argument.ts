import { assertPlanName, planNameOf } from "@x/registry-core/session-plans";

export interface PlanArgument {
  readonly name: string;
  /** Given as its file: then no other plan can be meant. */
  readonly isFile: boolean;
}

/**
 * The plan that a person names. People complete paths in their shell: `.ai/plan-login.md` is as good as
 * `login`. Throws `NameError` for what no plan can be called.
 */
export function parsePlanArgument(argument: string): PlanArgument {
  const [, file = argument] = /^(?:\.\/)?(?:\.ai[/\\])?([^/\\]+)$/.exec(argument) ?? [];
  const nameInFile = planNameOf(file);
  const name = nameInFile ?? argument;
  assertPlanName(name);
  return { name, isFile: nameInFile !== undefined };
}
