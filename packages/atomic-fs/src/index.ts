export {
  JsonError,
  LockedError,
  type LockHolder,
  LockLostError,
  WriteError,
  type WriteErrorCode,
} from "./errors.ts";
export { createFolderSync } from "./create-folder.ts";
export type { LockOptions } from "./lock-options.ts";
export { quarantineFileSync } from "./quarantine-file.ts";
export type { Durability } from "./replace-file.ts";
export { updateJson, updateJsonSync, type UpdateJsonOptions } from "./update-json.ts";
export { type HeldLock, withFileLock, withFileLockSync } from "./with-file-lock.ts";
export { writeFileAtomic, writeFileAtomicSync, type WriteOptions } from "./write-file-atomic.ts";
