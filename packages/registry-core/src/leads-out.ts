import { RegistryError } from "./errors.ts";
import { isLink } from "./is-link.ts";
import { isWithin, realPathOf } from "./real-path.ts";

/**
 * Whether what lies at `path` is, all links followed, outside of `root`: a link there may have come with
 * a repository, and what it leads to is not ours. False where nothing lies there.
 */
export function leadsOut(root: string, path: string): boolean {
  const target = realPathOf(path);
  const top = realPathOf(root);
  if (target === undefined || top === undefined) return isDangling(path);
  return !isWithin(top, target);
}

/** Whether it is a link to nothing: where it leads, something would be created. */
export function isDangling(path: string): boolean {
  return isLink(path) && realPathOf(path) === undefined;
}

/** Whoever made it meant something to be there: it is not as if there was nothing. */
export function dangling(path: string): RegistryError {
  return new RegistryError("REGISTRY_UNREADABLE", path, "it is a link that leads to nothing");
}
