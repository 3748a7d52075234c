import { createHookWork } from "./hook-work.ts";
import type { Hooks, LogClient, PluginInput } from "./opencode.ts";
import { createToolPlanRegisterHook } from "./tool-plan-register.ts";

// Registering a plan takes milliseconds. Longer means that somebody holds the registry: then the
// session goes on and the plan is filed behind it.
const HOOK_LIMIT_MILLISECONDS = 1_000;

/** Puts the hooks together for one instance of the client. */
export function composeHooks({ directory, worktree, client }: PluginInput): Hooks {
  const log = createLog(client);
  const work = createHookWork({
    limitMilliseconds: HOOK_LIMIT_MILLISECONDS,
    onFailure: (error) => log.warn(`a plan was not filed: ${String(error)}`),
  });
  const registerHooks = [...projectFolders(directory, worktree)].map((dir) =>
    createToolPlanRegisterHook(dir, ({ message }) => log.warn(message)),
  );
  return {
    "tool.execute.after": (call) =>
      work.run(async () => {
        for (const register of registerHooks) await register(call);
      }),
    dispose: async () => {
      await work.settled();
      await log.settled();
    },
  };
}

/** A client that was started in a subfolder writes its plans there or at the top of the checkout. */
function projectFolders(directory: string, worktree: string | undefined): Set<string> {
  const hasWorktree = worktree !== undefined && worktree !== "" && worktree !== "/";
  return new Set(hasWorktree ? [directory, worktree] : [directory]);
}

interface Log {
  readonly warn: (message: string) => void;
  readonly settled: () => Promise<void>;
}

/** The client's own log. What fails there fails silently: there is nowhere else to say it. */
function createLog(client: LogClient | undefined): Log {
  const entries = createHookWork({
    limitMilliseconds: HOOK_LIMIT_MILLISECONDS,
    onFailure: () => undefined,
  });
  return {
    warn: (message) => {
      // The client's file shows the message alone: it has to say whose it is.
      const body = { service: "cabinet", level: "warn", message: `cabinet: ${message}` } as const;
      void entries.run(async () => {
        await client?.app.log({ body });
      });
    },
    settled: () => entries.settled(),
  };
}
