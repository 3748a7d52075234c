export { type ClosestPlan, findClosestPlan } from "./find-closest-plan.ts";
export { listPlans, type SessionPlanRow } from "./list-plans.ts";
export { type LookupOptions, lookupPlan } from "./lookup-plan.ts";
export { assertPlanName, listPlanFiles, planFileExists, planNameOf } from "./plan-file.ts";
export { assertRegistry, readRegistry } from "./read-registry.ts";
export { type RegisterOptions, registerPlan } from "./register-plan.ts";
export type {
  SessionPlan,
  SessionPlanEntry,
  SessionPlanRegistry,
  SessionPlanStatus,
} from "./session-plan.ts";
export { updatePlanStatus } from "./update-plan-status.ts";
export { writeRegistry } from "./write-registry.ts";
