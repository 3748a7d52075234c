import type { UpdateOptions } from "../define-registry.ts";
import { type PlanStep, updatePlans } from "./plan-registry.ts";
import { withKeptSessions } from "./session-plan-rules.ts";
import type { SessionPlanRegistry } from "./session-plan.ts";

/**
 * Replaces the registry as `readRegistry` gives it; what that does not show stays, and an entry without
 * `sessions`, as a tool writes it that knows only the short key, leaves those of the others. Atomic and
 * durable; what others registered since it was read is lost, so prefer `registerPlan`. Creates `.ai/`.
 * A corrupt registry is set aside first, with a warning. Throws as `registerPlan`
 * does, and `RegistryError` (`REGISTRY_VALUE_INVALID`) for an entry that is none.
 */
export async function writeRegistry(
  dir: string,
  registry: SessionPlanRegistry,
  options: UpdateOptions = {},
): Promise<void> {
  // The caller's own objects stay his.
  const plans = structuredClone(registry);
  const step: PlanStep<undefined> = (before) => ({
    plans: withKeptSessions(before, plans),
    result: undefined,
  });
  await updatePlans(dir, step, options);
}
