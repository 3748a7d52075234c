export { LockedError, type LockHolder, WriteError, type WriteErrorCode } from "./errors.ts";
export { createFolderSync } from "./create-folder.ts";
export { quarantineFileSync } from "./quarantine-file.ts";
export type { Durability } from "./replace-file.ts";
export { type LockOptions, withFileLock } from "./with-file-lock.ts";
export { writeFileAtomic, writeFileAtomicSync, type WriteOptions } from "./write-file-atomic.ts";
