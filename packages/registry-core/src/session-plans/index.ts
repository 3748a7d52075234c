export { listPlans, type SessionPlanRow } from "./list-plans.ts";
export { lookupPlan } from "./lookup-plan.ts";
export { assertPlanName, listPlanFiles, planFileExists, planNameOf } from "./plan-file.ts";
export { assertRegistry, readRegistry, writeRegistry } from "./read-registry.ts";
export { type RegisterOptions, registerPlan } from "./register-plan.ts";
export type {
  SessionPlan,
  SessionPlanEntry,
  SessionPlanRegistry,
  SessionPlanStatus,
} from "./session-plan.ts";
