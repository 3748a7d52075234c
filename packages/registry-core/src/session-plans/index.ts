export { type ClosestPlan, findClosestPlan } from "./find-closest-plan.ts";
export { listPlans, type SessionPlanRow } from "./list-plans.ts";
export { type LookupOptions, lookupPlan } from "./lookup-plan.ts";
export { listTrash } from "./list-trash.ts";
export { assertPlanName, listPlanFiles, planFileExists, planNameOf } from "./plan-file.ts";
export { PLANS_IGNORED } from "./plans-ignored.ts";
export { type PlanText, readPlanText } from "./read-plan-text.ts";
export { assertRegistry, readRegistry } from "./read-registry.ts";
export { type RegisterOptions, registerPlan } from "./register-plan.ts";
export { type RestoredPlans, type RestoreOptions, restorePlans } from "./restore-plans.ts";
export type {
  SessionPlan,
  SessionPlanEntry,
  SessionPlanRegistry,
  SessionPlanStatus,
} from "./session-plan.ts";
export { TrashError } from "./trash-error.ts";
export { type TrashOptions, trashPlans } from "./trash-plans.ts";
export type { TrashedPlans } from "./trash.ts";
export { updatePlanStatus } from "./update-plan-status.ts";
export { writeRegistry } from "./write-registry.ts";
