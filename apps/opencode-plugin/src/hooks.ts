export { createCommandApplyHook } from "./commands/command-apply.ts";
export { type CleanOptions, createCommandCleanHook } from "./commands/command-clean.ts";
export { createCommandPlansHook } from "./commands/command-plans.ts";
export { createCommandSynthHook, type SynthOptions } from "./commands/command-synth.ts";
export { DependencyChecker } from "./dependency-checker.ts";
export {
  EnvProtection,
  type EnvProtectionOptions,
  type GuardedCall,
} from "./env/env-protection.ts";
export {
  createToolPlanRegisterHook,
  type PlanRegisterOptions,
} from "./plans/tool-plan-register.ts";
export type { Client, CommandCall, CommandOutput, LogEntry, Toast, ToolCall } from "./opencode.ts";
export type { Warning } from "./warning.ts";
