export { createCommandApplyHook } from "./command-apply.ts";
export { createCommandCleanHook } from "./command-clean.ts";
export { createCommandPlansHook } from "./command-plans.ts";
export { createCommandSynthHook } from "./command-synth.ts";
export { DependencyChecker } from "./dependency-checker.ts";
export { EnvProtection } from "./env-protection.ts";
export { createToolPlanRegisterHook } from "./tool-plan-register.ts";
