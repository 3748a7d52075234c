export { type DatabaseHeader, readDatabaseHeader } from "./database-header.ts";
export { DamagedDatabaseError } from "./errors.ts";
