/** What lies in `.planning/` under a name that a spec could have. */
export interface PlanningEntry {
  readonly folder: string;
  /** That of its `status.yaml`; undefined for what is no spec's folder. */
  readonly name?: string | undefined;
  /** Why it cannot be moved, whatever its name. */
  readonly fault?: string | undefined;
  /** Its status still has `branch`. */
  readonly isOfBranchModel?: boolean | undefined;
}

/** A folder that gets the name of its spec, or keeps it and gets the new field. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** A folder that stays as it is, and why. */
export interface Conflict extends Move {
  readonly reason: string;
}

export interface MigrationPlan {
  /** In an order in which no folder is moved onto another one. */
  readonly moves: readonly Move[];
  readonly conflicts: readonly Conflict[];
}

/**
 * What becomes of folders that were named after branches. Whenever a run is cut short, the plan for what it has left
 * leads to the same end: which of two folders with one name is the right one is not decided, and what stands
 * in the way stays.
 */
export function planMigration(entries: readonly PlanningEntry[]): MigrationPlan {
  const candidates = entries.flatMap(candidateOf);
  const claims = candidates.map(({ to }) => to);
  const isClaimedTwice = (to: string): boolean => claims.indexOf(to) !== claims.lastIndexOf(to);
  const conflicts = candidates.flatMap(({ from, to, fault }): Conflict[] => {
    if (fault !== undefined) return [{ from, to, reason: fault }];
    return isClaimedTwice(to) ? [{ from, to, reason: "another folder has that name, too" }] : [];
  });
  const stuck = new Set(conflicts.map(({ from }) => from));
  const free = candidates.filter(({ from }) => !stuck.has(from));
  const { moves, blocked } = inOrder(free, new Set(entries.map(({ folder }) => folder)));
  const inTheWay = blocked.map((move) => ({ ...move, reason: "something of that name is there" }));
  return { moves, conflicts: [...conflicts, ...inTheWay] };
}

function candidateOf({ folder, name, fault, isOfBranchModel }: PlanningEntry) {
  if (name === undefined) return [];
  const isToChange = folder !== name || isOfBranchModel === true;
  return isToChange ? [{ from: folder, to: name, fault }] : [];
}

/** A folder that moves away makes room for another one. */
function inOrder(
  candidates: readonly Move[],
  taken: Set<string>,
): { readonly moves: Move[]; readonly blocked: Move[] } {
  const moves: Move[] = [];
  let blocked = candidates.map(({ from, to }) => ({ from, to }));
  for (;;) {
    const next = blocked.find(({ from, to }) => from === to || !taken.has(to));
    if (next === undefined) return { moves, blocked };
    taken.delete(next.from);
    taken.add(next.to);
    moves.push(next);
    blocked = blocked.filter((move) => move !== next);
  }
}
