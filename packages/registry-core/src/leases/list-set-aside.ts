import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { realPathOf } from "../real-path.ts";
import { registryPath } from "./lease-registry.ts";

/** Where the damaged registries of leases of a root are that were set aside, the oldest first. */
export function listSetAside(root: string): string[] {
  const own = registryPath(root);
  // A link stays where it is: what it leads to was set aside, beside itself.
  const path = realPathOf(own) ?? own;
  const start = `${basename(path)}.broken-`;
  return namesIn(dirname(path))
    .filter((name) => name.startsWith(start) && /^\d+$/.test(name.slice(start.length)))
    .toSorted((one, other) => Number(one.slice(start.length)) - Number(other.slice(start.length)))
    .map((name) => join(dirname(path), name));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Not there, or not to be seen: then nobody can say what lies in it.
    return [];
  }
}
