import { RegistryError } from "../errors.ts";
import { readDocument, updateDocument, type UpdateOptions } from "./registry-file.ts";
import {
  asEntry,
  type RegistryDocument,
  type SessionPlanRegistry,
  withRegistry,
} from "./session-plan.ts";

/**
 * The registry's entries by their short key; `{}` when the file is missing, unreadable, corrupt or
 * wrongly shaped. Never throws, never changes the disk. `assertRegistry` tells these cases apart.
 */
export async function readRegistry(dir: string): Promise<SessionPlanRegistry> {
  const understood = [...readDocumentOrNothing(dir)].flatMap(([key, raw]) => {
    const entry = asEntry(raw);
    return entry === undefined ? [] : [[key, entry] as const];
  });
  return Object.fromEntries(understood);
}

/**
 * Replaces the registry as `readRegistry` gives it; what that does not show stays. Atomic and
 * durable; what others registered since it was read is lost, so prefer `registerPlan`. Creates
 * `.ai/`. A corrupt registry is set aside first, with a warning. Throws as `registerPlan` does.
 */
export async function writeRegistry(
  dir: string,
  registry: SessionPlanRegistry,
  options: UpdateOptions = {},
): Promise<void> {
  await updateDocument(
    dir,
    (document) => ({ next: withRegistry(document, registry), result: undefined }),
    options,
  );
}

/** Throws `RegistryError` when there is a registry that cannot be used. A missing one is fine. */
export async function assertRegistry(dir: string): Promise<void> {
  readDocument(dir);
}

/** The document as far as it can be read: a reader that must not throw sees the rest as absent. */
export function readDocumentOrNothing(dir: string): RegistryDocument {
  try {
    return readDocument(dir);
  } catch (error) {
    if (error instanceof RegistryError) return new Map();
    throw error;
  }
}
