// What the options here are made of.
export type { Durability, LockOptions } from "@x/atomic-fs";
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
export { type IgnoreLines, missingIgnoreLines, withIgnoreLines } from "./ignore-lines.ts";
export { assertPathSegment, segmentFault } from "./path-segment.ts";
export { recordOf, type RecordSchema } from "./record-of.ts";
export type { Origin, Step } from "./registry-changes.ts";
export type { Schema } from "./schema.ts";
export { type Address, type Change, type Collection, collection } from "./store/collection.ts";
export { openJsonStore } from "./store/json-store.ts";
export type { JsonValue } from "./json-value.ts";
export { keyOf, type KeyPart, under } from "./store/key.ts";
export { createMemoryStore } from "./store/memory-store.ts";
export type { Range } from "./store/range.ts";
export { StoreError, type StoreErrorCode } from "./store/store-error.ts";
export type {
  Decision,
  Store,
  StoreSupports,
  StoreWithSync,
  SyncStore,
  Values,
} from "./store/store.ts";
export { writeWarning } from "./write-warning.ts";
