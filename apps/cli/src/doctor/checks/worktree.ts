import { type Check, findingOf } from "../finding.ts";

/** Whether the repository of this worktree can be reached: leases are kept there. */
export const worktree: Check = {
  id: "worktree",
  look: async ({ leasesFault }) => {
    if (leasesFault === undefined) return { found: [] };
    const { path, reason } = leasesFault;
    return {
      found: [
        findingOf("worktree-unreachable", {
          path,
          message: `The repository of this worktree cannot be reached: ${reason}. Its leases are shared by all worktrees, and nobody here can see or take one.`,
          advice: "Mount or move the repository back, or work in its main worktree.",
        }),
      ],
    };
  },
};
