import { readdirSync } from "node:fs";
import { join } from "node:path";

import { planNameOf } from "@x/registry-core/session-plans";

import type { HookPart } from "../hook-part.ts";
import type { Client, CommandCall, CommandOutput } from "../opencode.ts";
import type { Sessions } from "../sessions.ts";
import type { Warning } from "../warning.ts";
import { createCommandApplyHook } from "./command-apply.ts";
import { createCommandCleanHook } from "./command-clean.ts";
import { createCommandPlansHook } from "./command-plans.ts";
import { createCommandSynthHook } from "./command-synth.ts";

export interface CommandParts {
  /** Each may have an `.ai/`; that of the client is the first. */
  readonly folders: readonly [directory: string, ...others: string[]];
  /** Where the client was started. */
  readonly directory: string;
  readonly client: Client | null;
  readonly sessions: Sessions;
  readonly onWarning: (warning: Warning) => void;
}

type CommandHook = (call: CommandCall, output: CommandOutput) => Promise<void>;

/** What the client shows, and what the model gets should the hook fail. */
const COMMANDS = {
  plans: {
    description: "Cabinet: the plans of this project, and whose they are",
    template:
      "Tell the user that the plans could not be listed, and that `cabinet plans` lists them.",
  },
  synth: {
    description: "Cabinet: carry out a plan, by name, or the plan of this session",
    template: "Tell the user that no plan could be read for: $ARGUMENTS",
  },
  clean: {
    description: "Cabinet: put all plans of this project away; `cabinet restore` brings them back",
    template: "Tell the user that the plans could not be put away.",
  },
  apply: {
    description: "Cabinet: make a small edit at once, without a plan",
    template: "Make this small edit now: $ARGUMENTS",
  },
} as const;
type CommandName = keyof typeof COMMANDS;

/** `/plans`, `/synth`, `/clean` and `/apply`, each unless the user has a command of that name. */
export function createCommandHooks(parts: CommandParts): HookPart {
  const { folders, directory, client, sessions, onWarning } = parts;
  const family = {
    parentsOf: (id: string) => sessions.parentsOf(id),
    childrenOf: (id: string) => sessions.childrenOf(id),
  };
  const hooks: Record<CommandName, () => CommandHook> = {
    plans: () => createCommandPlansHook(dir(), client),
    synth: () => createCommandSynthHook(dir(), { ...family, onWarning }),
    clean: () => createCommandCleanHook(dir(), { onWarning }),
    apply: () => createCommandApplyHook(directory),
  };
  /** The first with plans, as it is now. */
  const dir = (): string => folders.find(hasPlans) ?? folders[0];
  const ours = new Set<string>();
  return {
    name: "a command",
    config: (config) => {
      const commands = (config.command ??= {});
      for (const [name, command] of Object.entries(COMMANDS)) {
        if (Object.hasOwn(commands, name)) continue;
        commands[name] = { ...command };
        ours.add(name);
      }
    },
    commandBefore: async (call, output) => {
      if (ours.has(call.command) && isName(call.command)) await hooks[call.command]()(call, output);
    },
  };
}

function hasPlans(folder: string): boolean {
  try {
    const names = readdirSync(join(folder, ".ai"));
    return names.some((name) => name === REGISTRY || planNameOf(name) !== undefined);
  } catch {
    // There is no such folder, or it cannot be read: what is wrong with it, the command tells.
    return false;
  }
}

const REGISTRY = ".session-plans.json";

function isName(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}
