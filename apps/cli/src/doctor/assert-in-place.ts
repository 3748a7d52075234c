import { findLinkOut, isWithin } from "@x/registry-core/workspace";

import { type Place, rootsOf } from "./place.ts";

/**
 * Throws where a link on the way to what is mended, or in its place, leads out of the checkout or to nothing: what
 * was looked at may be somewhere else by now. What lies beside the database comes with no repository.
 */
export function assertInPlace(path: string, place: Place): void {
  const roots = rootsOf(place);
  const root = roots.find((one) => isWithin(one, path));
  const link = root === undefined ? undefined : findLinkOut(root, path, roots);
  if (link !== undefined) throw new Error(`${link.path} is not followed: ${link.reason}`);
}
