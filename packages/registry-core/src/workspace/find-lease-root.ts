import { findLeaseMarker, findLeasePlace } from "./lease-place.ts";
import type { Root } from "./root.ts";

/**
 * The lease root for a command in `here`, where the environment comes after a marker: one that the
 * checkout has, or one at the same place in the main worktree. `checkoutRoot` may throw.
 */
export function findLeaseRoot(here: string, checkoutRoot: () => Root): Root {
  const place = findLeasePlace(here);
  if (place === undefined) return leaseRootOf(checkoutRoot());
  const { top, isElsewhere } = place;
  const marked = findLeaseMarker(place);
  if (marked !== undefined) return { path: marked, rule: isElsewhere ? "repository" : "marker" };
  const root = checkoutRoot();
  if (root.rule === "environment") return leaseRootOf(root);
  return { path: top, rule: isElsewhere ? "repository" : "git" };
}

/** The lease root that belongs to a checkout root that is settled; outside git it is the same. */
export function leaseRootOf(root: Root): Root {
  const place = findLeasePlace(root.path);
  if (place === undefined) return root;
  const path = findLeaseMarker(place) ?? place.top;
  // Who has chosen the checkout by these wants to read that it counted.
  const isChosen = root.rule === "flag" || root.rule === "environment";
  return { path, rule: place.isElsewhere && !isChosen ? "repository" : root.rule };
}
