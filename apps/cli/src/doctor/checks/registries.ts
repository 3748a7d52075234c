import { basename, join } from "node:path";

import { peekLeases, registryPath } from "@x/registry-core/leases";
import { assertRegistry } from "@x/registry-core/session-plans";

import { codeOf, pathOf, reasonOf } from "../../errors/error-code.ts";
import { couldNotLook } from "../could-not-look.ts";
import { type Check, type Found, findingOf } from "../finding.ts";
import { oddFile } from "../odd-file.ts";
import type { Place } from "../place.ts";
import { findCutShort } from "../recoverable-file.ts";

/** The registries of plans and of leases: whether they can be read as they are. Nothing is set aside. */
export const registries: Check = {
  id: "registries",
  look: async (place) => {
    const { plans, leases } = place;
    const ofPlans = join(plans, ".ai", ".session-plans.json");
    const found = await judge("plans", ofPlans, place, () => assertRegistry(plans));
    if (leases === undefined) return { found };
    const ofLeases = await judge("leases", registryPath(leases), place, async () => {
      peekLeases(leases);
    });
    return { found: [...found, ...ofLeases] };
  },
};

async function judge(
  what: "plans" | "leases",
  file: string,
  place: Place,
  read: () => Promise<void>,
): Promise<Found[]> {
  const odd = oddFile(`the registry of ${what}`, file);
  if (odd.length > 0) return odd;
  try {
    await read();
    return [];
  } catch (error) {
    const path = pathOf(error) ?? file;
    switch (codeOf(error) ?? "") {
      case "REGISTRY_CORRUPT":
        return damaged(what, path, place, reasonOf(error));
      case "REGISTRY_NEWER":
        return [newer(what, path, reasonOf(error))];
      default:
        return [couldNotLook(`The registry of ${what}`, path, error)];
    }
  }
}

async function damaged(what: string, path: string, place: Place, reason: string): Promise<Found[]> {
  // Then it is found as one that can be recovered.
  if ((await findCutShort(path, place))?.isRecoverable === true) return [];
  const message = `The registry of ${what} is damaged (${reason}): what it holds is not known to anybody, and the next change sets it aside as ${basename(path)}.broken-<digits> and begins anew.`;
  const advice = `Mend it by hand, or put an older ${basename(path)} in its place, before the next change.`;
  return [findingOf("registry-damaged", { path, message, advice })];
}

function newer(what: string, path: string, reason: string): Found {
  const message = `The registry of ${what} was written by a newer Cabinet, and this one leaves it alone (${reason}).`;
  return findingOf("registry-newer", {
    path,
    message,
    advice: "Use the newer Cabinet here, too.",
  });
}
