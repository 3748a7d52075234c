import { resolve } from "node:path";

import { assertTrashInside, readTrash, type TrashedPlans, trashIDs } from "./trash.ts";

/**
 * What `restorePlans` can bring back, the oldest first: of each cleaning what is still in the trash, also
 * of one that was killed half-way. Takes no lock, changes nothing. Throws `RegistryError`
 * (`REGISTRY_UNREADABLE`), also where a link leads from `.ai` or its trash out of the project.
 */
export async function listTrash(dir: string): Promise<TrashedPlans[]> {
  const root = resolve(dir);
  assertTrashInside(root);
  return trashIDs(root).flatMap((id) => readTrash(root, id) ?? []);
}
