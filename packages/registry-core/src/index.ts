export {
  defineRegistry,
  type ReadOptions,
  type Registry,
  type RegistryDefinition,
  type UpdateOptions,
} from "./define-registry.ts";
export {
  NameError,
  RegistryError,
  type RegistryErrorCode,
  type Warning,
  WorkspaceError,
} from "./errors.ts";
export { assertPathSegment, segmentFault } from "./path-segment.ts";
export { recordOf, type RecordSchema } from "./record-of.ts";
export type { Step } from "./registry-changes.ts";
export type { Schema } from "./schema.ts";
