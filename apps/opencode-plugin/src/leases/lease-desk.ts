import { statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";

import {
  findOverlaps,
  globInCheckout,
  holderStateOf,
  latestLeases,
  type Lease,
  literalGlob,
  type Overlap,
  peekLeases,
  registryExists,
} from "@x/registry-core/leases";
import {
  findRoots,
  isWithin,
  readCheckout,
  realPathOf,
  realPathOfPart,
} from "@x/registry-core/workspace";

/** The leases of the repository that a folder is in, as a session in that folder sees them. */
export interface LeaseDesk {
  /** Where their registry is, or will be. Throws `WorkspaceError` where that cannot be reached. */
  readonly root: string;
  /** The latest of each phase that is open; none where there is no registry, and nothing is created. */
  openLeases(): Lease[];
  /** The path as write sets have it, relative to the checkout's top; undefined: it lies outside. */
  pathInCheckout(path: string): string | undefined;
  /** The path or glob that is given in the client's folder, as write sets have it. Throws `GlobError`. */
  globInCheckout(glob: string): string;
  /** Which of the leases are going to write what the globs cover. */
  overlaps(leases: readonly Lease[], globs: readonly string[]): Overlap[];
}

// It changes when somebody makes a first `.planning/`. To look for it takes longer than all else of a hook.
const ROOT_MILLISECONDS = 1_000;

export function openLeaseDesk(
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
): LeaseDesk {
  const here = realPathOf(directory) ?? directory;
  const top = readCheckout(directory)?.top ?? here;
  let known: { readonly root: string; readonly until: number } | undefined;
  const desk: LeaseDesk = {
    get root() {
      const now = performance.now();
      if (known !== undefined && now < known.until) return known.root;
      const root = findRoots(directory, { env }).leases.path;
      known = { root, until: now + ROOT_MILLISECONDS };
      return root;
    },
    openLeases: () => {
      const { root } = desk;
      if (!registryExists(root)) return [];
      return latestLeases(peekLeases(root)).filter(({ lease_state }) => lease_state === "open");
    },
    pathInCheckout: (path) => {
      const real = realPathOfPart(resolve(directory, path));
      return isWithin(top, real) ? relative(top, real).split(sep).join("/") : undefined;
    },
    globInCheckout: (glob) => globInCheckout(glob, { top, from: here, platform: process.platform }),
    overlaps: (leases, globs) =>
      findOverlaps(leases, globs, { isFile: (path) => isFileIn(top, path, globs) }),
  };
  return desk;
}

/** A path that is about to be written is a file, whether it is there or not. */
function isFileIn(top: string, path: string, globs: readonly string[]): boolean {
  if (globs.includes(literalGlob(path))) return !isFolder(join(top, path));
  return statSync(join(top, path), { throwIfNoEntry: false })?.isFile() === true;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** A lease as an agent is told of it. */
export function leaseLine(lease: Lease): object {
  const { phase_id, agent_id, worktree_path, branch_name, write_set, epoch } = lease;
  return {
    phase: phase_id,
    state: lease.lease_state,
    agent: agent_id,
    ...(lease.lease_state === "open" && { holder: holderStateOf(lease) }),
    worktree: worktree_path,
    branch: branch_name,
    writes: write_set,
    epoch,
  };
}
