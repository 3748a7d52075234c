import { createHookWork } from "./hook-work.ts";
import type { Hooks, LogClient, PluginInput } from "./opencode.ts";
import { createToolPlanRegisterHook } from "./tool-plan-register.ts";

// Registering a plan takes milliseconds. Longer means that somebody holds the registry: then the
// session goes on and the plan is filed behind it.
const HOOK_LIMIT_MILLISECONDS = 1_000;

/** Puts the hooks together for one instance of the client. */
export function composeHooks({ directory, worktree, client }: PluginInput): Hooks {
  const warn = createLog(client);
  const work = createHookWork({
    limitMilliseconds: HOOK_LIMIT_MILLISECONDS,
    onFailure: (error) => warn(`a plan was not filed: ${String(error)}`),
  });
  const registerHooks = [...projectFolders(directory, worktree)].map((dir) =>
    createToolPlanRegisterHook(dir, ({ message }) => warn(message)),
  );
  return {
    "tool.execute.after": (call) =>
      work.run(async () => {
        for (const register of registerHooks) await register(call);
      }),
    dispose: () => work.settled(),
  };
}

/** A client that was started in a subfolder writes its plans there or at the top of the checkout. */
function projectFolders(directory: string, worktree: string | undefined): Set<string> {
  const hasWorktree = worktree !== undefined && worktree !== "" && worktree !== "/";
  return new Set(hasWorktree ? [directory, worktree] : [directory]);
}

/** Writes to the client's own log. What fails there fails silently: there is nowhere else to say it. */
function createLog(client: LogClient | undefined): (message: string) => void {
  return (message) => {
    const body = { service: "cabinet", level: "warn", message } as const;
    Promise.resolve()
      .then(() => client?.app.log({ body }))
      .catch(() => undefined);
  };
}
