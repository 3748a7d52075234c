export {
  JsonError,
  LockedError,
  type LockHolder,
  LockLostError,
  MarkdownError,
  type MarkdownErrorCode,
  WriteError,
  type WriteErrorCode,
} from "./errors.ts";
export { createFolderSync } from "./create-folder.ts";
export type { AppliedChanges, ApplyChanges, LockedFile } from "./applied-changes.ts";
export { createFileUpdater, type FileUpdateOptions, type FileUpdater } from "./file-updater.ts";
export type { Outcome } from "./group-commit.ts";
export type { LockOptions } from "./locks/lock-options.ts";
export {
  findOrphans,
  findOrphansIn,
  type FolderOrphan,
  type Orphan,
} from "./recovery/find-orphans.ts";
export { type Liveness, processLiveness } from "./processes/liveness.ts";
export { identifyProcess, type ProcessIdentity } from "./processes/process-identity.ts";
export {
  quarantineFile,
  quarantineFileSync,
  type QuarantineOptions,
} from "./recovery/quarantine-file.ts";
export { readLockHolder, type SeenHolder } from "./locks/read-lock-holder.ts";
export { findRecovery, type FoundRecovery } from "./recovery/find-recovery.ts";
export { recoverFile, type RecoverOptions, type Recovery } from "./recovery/recover-file.ts";
export type { Durability } from "./replace-file.ts";
export { syncFolder, syncFolderSync } from "./sync-folder.ts";
export { updateJson, updateJsonSync, type UpdateJsonOptions } from "./update-json.ts";
export { type HeldLock, withFileLock, withFileLockSync } from "./locks/with-file-lock.ts";
export { writeFileAtomic, writeFileAtomicSync, type WriteOptions } from "./write-file-atomic.ts";
export {
  updateMarkdownField,
  type UpdateMarkdownFieldOptions,
  type UpdateMarkdownOptions,
  updateMarkdownSection,
} from "./update-markdown.ts";
export {
  validateFile,
  type ValidateOptions,
  type Validator,
  type Validity,
} from "./recovery/validate-file.ts";
