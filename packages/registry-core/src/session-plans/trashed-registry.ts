import fs from "node:fs";

import type { UpdateOptions } from "../define-registry.ts";
import { RegistryError } from "../errors.ts";
import { jsonLoss } from "../json-loss.ts";
import { decodeText, parseContent, readBytes, statRegistry } from "../registry-content.ts";
import { isSameJson } from "../same-json.ts";
import { kindOf } from "./move-file.ts";
import { updatePlans } from "./plan-registry.ts";
import { planRows } from "./session-plan-rules.ts";
import { type StoredRegistry, StoredRegistrySchema } from "./session-plan.ts";
import { withoutPlans, withTrashedPlans } from "./trashed-plan-rules.ts";

/** A registry in the trash, as far as it is understood. */
export interface TrashedRegistry {
  readonly plans: StoredRegistry;
  readonly bytes: Uint8Array;
  /** Nothing of it is missing in `plans`. */
  readonly isWhole: boolean;
}

/** Undefined for one that is damaged, cannot be read, or is a link: what a link leads to was never moved. */
export function readTrashedRegistry(path: string): TrashedRegistry | undefined {
  try {
    if (kindOf(path) !== "file" || statRegistry(path) === undefined) return undefined;
    const bytes = readBytes(path, () => fs.readFileSync(path));
    if (bytes === undefined) return undefined;
    const text = decodeText(path, bytes);
    const { raw, value: plans } = parseContent(path, text, StoredRegistrySchema);
    return { plans, bytes, isWhole: jsonLoss(text) === undefined && isSameJson(raw, plans) };
  } catch (error) {
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
}

/** Gives the sessions that have no plan now those of the trash, but for `kept` ones, and says how many there were. */
export function mergeTrashedRegistry(
  dir: string,
  { plans: all }: TrashedRegistry,
  kept: readonly string[],
  options: UpdateOptions,
): Promise<number> {
  const trashed = withoutPlans(all, kept);
  return updatePlans(
    dir,
    (before) => {
      const plans = withTrashedPlans(before, trashed);
      if (plans === before) return { result: 0 };
      return { plans, result: countSessions(plans) - countSessions(before) };
    },
    options,
  );
}

export function countSessions(plans: StoredRegistry): number {
  return planRows(plans).length;
}
