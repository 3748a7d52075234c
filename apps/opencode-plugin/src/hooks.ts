export { createCommandApplyHook } from "./commands/command-apply.ts";
export { createCommandCleanHook } from "./commands/command-clean.ts";
export { createCommandPlansHook } from "./commands/command-plans.ts";
export { createCommandSynthHook } from "./commands/command-synth.ts";
export { DependencyChecker } from "./dependency-checker.ts";
export { EnvProtection } from "./env/env-protection.ts";
export { createToolPlanRegisterHook } from "./plans/tool-plan-register.ts";
