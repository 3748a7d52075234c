// What the options and values here are made of.
export type { LockOptions } from "@x/atomic-fs";
export type { IgnoreLines, Warning } from "@x/registry-core";
export {
  clearActiveSpec,
  clearDanglingSpec,
  findDanglingSpec,
  getActiveSpec,
  setActiveSpec,
  type WarningOptions,
} from "./active-spec.ts";
export { assertInPlanning } from "./contained.ts";
export { PlanningError, type PlanningErrorCode, SpecNameError } from "./errors.ts";
export { findSpecOfFile, isSetUp, requireRunFolder, requireSpec } from "./find-spec.ts";
export { type FlowName, FLOWS, readFlow } from "./flow.ts";
export { PLANNING_IGNORED } from "./git-ignore.ts";
export { listSpecs, readSpec, type SpecInfo } from "./list-specs.ts";
export { type Migration, type MigrateOptions, migrateSpecs } from "./migrate-specs.ts";
export type { Conflict, Move } from "./migration-plan.ts";
export {
  getPlanningDir,
  getPlanningPaths,
  type Place,
  type PlanningPaths,
} from "./planning-paths.ts";
export { readSpecName } from "./spec-file.ts";
export { assertSpecName } from "./spec-name.ts";
export type { SpecStatus } from "./spec-status.ts";
export { type SpecFileState, specFileState } from "./spec-path.ts";
export { readStatus } from "./status-file.ts";
export { initializeStatus, updateLastKnownBranch, writeStatus } from "./write-status.ts";
