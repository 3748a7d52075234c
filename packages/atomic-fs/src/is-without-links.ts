import { errnoOf } from "./errors.ts";

/** Whether a link could not be made because the file system has none, or this user may make none. */
export function isWithoutLinks(error: unknown): boolean {
  return ["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"].includes(errnoOf(error) ?? "");
}
