import { readCheckout } from "@x/registry-core/workspace";

import { createCommandHooks } from "./commands/command-hooks.ts";
import { createCommitHooks } from "./commits/commit-hooks.ts";
import { missingDependencies, missingSentence } from "./dependency-checker.ts";
import { createEnvHooks } from "./env/env-hooks.ts";
import type { HookPart } from "./hook-part.ts";
import { type HookLimits, joinParts } from "./join-parts.ts";
import { openLeaseDesk } from "./leases/lease-desk.ts";
import { OwnLeases } from "./leases/own-leases.ts";
import { createWriteHooks } from "./leases/write-hooks.ts";
import type { Client, Hooks, PluginInput } from "./opencode.ts";
import { type PluginOptions, readOptions } from "./options.ts";
import { textOf } from "./payload.ts";
import { createPlanHooks } from "./plans/plan-hooks.ts";
import { reasonOf } from "./reason-of.ts";
import { createSessionHooks } from "./session-hooks.ts";
import { Sessions } from "./sessions.ts";
import { createShellHooks } from "./shell-hooks.ts";
import { createLeaseTools } from "./tools/lease-tools.ts";
import { createStatusTool } from "./tools/status-tool.ts";
import { createTrackTools } from "./tools/track-tools.ts";
import { createHaltedHooks } from "./tracking/halted-hooks.ts";
import { openTrackRecord, type TrackRecord } from "./tracking/track-record.ts";
import { createTrackingHooks } from "./tracking/tracking-hooks.ts";
import type { Warning } from "./warning.ts";
import { createWarnings, type Warnings } from "./warnings.ts";

export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The program that flushes the track record, with its arguments. */
  readonly flushCommand: readonly string[];
  /** How long a hook, and the end of the client, may take. Default: what a session can bear. */
  readonly limits?: HookLimits | undefined;
}

/** Puts the hooks together for one instance of the client. `more` are parts of others, behind ours. */
export function composeHooks(
  input: PluginInput,
  rawOptions: unknown,
  environment: Environment,
  more: readonly HookPart[] = [],
): Required<Hooks> {
  const { options, faults } = readOptions(rawOptions);
  const client = input.client ?? undefined;
  const warnings = createWarnings({ client, hasToasts: options.enableNotifications });
  for (const fault of faults) warnings.warn(fault);
  const notified = options.enableNotifications ? (client ?? null) : null;
  const command = environment.flushCommand;
  const record = openRecord(options, { client: notified, warnings, command });
  const directory = textOf(input, "directory") ?? process.cwd();
  const context = { ...input, directory, options, warnings, client: notified, record };
  return joinParts(partsOf(context, environment, more), warnings, environment.limits);
}

interface Context extends Omit<PluginInput, "client"> {
  readonly options: PluginOptions;
  readonly warnings: Warnings;
  readonly client: Client | null;
  readonly record: TrackRecord | undefined;
}

function partsOf(
  { directory, worktree, options, warnings, client, record }: Context,
  { env }: Environment,
  more: readonly HookPart[],
): HookPart[] {
  const onWarning = ({ message }: Warning): void => warnings.warn(message);
  const project = readCheckout(directory)?.top ?? directory;
  const folders = projectFolders(directory, worktree);
  const sessions = new Sessions();
  const desk = openLeaseDesk(directory, env);
  const own = new OwnLeases(sessions, env);
  const isRefusing = options.leaseConflicts === "refuse";
  const tracked = record && { record, sessions, project, directory };
  const parts: readonly (() => HookPart | false | undefined)[] = [
    () => createSessionHooks(sessions),
    createShellHooks,
    () => ({ name: "toasts", chatMessage: () => warnings.beginShowing() }),
    // Those that refuse, before those that only look.
    () =>
      options.enableEnvironmentProtection &&
      createEnvHooks({ directory, allowExamples: options.allowEnvironmentExamples }),
    () => options.blockHaltedAgents && record && createHaltedHooks(record, sessions),
    () => options.leaseConflicts !== "off" && createWriteHooks({ desk, own, warnings, isRefusing }),
    () =>
      options.enableCommands &&
      createCommandHooks({ folders, directory, client, sessions, onWarning }),
    () =>
      options.enableTools && {
        name: "tools",
        tools: [createStatusTool({ sessions, record, desk, folders })],
      },
    () => options.enableTools && tracked && { name: "tools", tools: createTrackTools(tracked) },
    () =>
      options.enableTools && {
        name: "tools",
        tools: createLeaseTools({ desk, own, sessions, warnings, directory }),
      },
    () => createPlanHooks({ folders, sessions, onWarning }),
    () => options.enableGitHooks && tracked && createCommitHooks(tracked),
    ...more.map((part) => () => part),
    // The last to close: what the others do may be noted.
    () => tracked && createTrackingHooks(tracked),
  ];
  return parts.flatMap((create) => created(create, warnings));
}

/** What is wrong with one of them keeps none of the others away. */
function created(create: () => HookPart | false | undefined, warnings: Warnings): HookPart[] {
  try {
    const part = create();
    return part === false || part === undefined ? [] : [part];
  } catch (error) {
    warnings.warn(`a part of the plugin is off: ${reasonOf(error).text}`);
    return [];
  }
}

/** Undefined: agents are not tracked, and the user was told why. */
function openRecord(
  options: PluginOptions,
  parts: {
    readonly client: Client | null;
    readonly warnings: Warnings;
    readonly command: readonly string[];
  },
): TrackRecord | undefined {
  const { client, warnings, command } = parts;
  if (!options.enableTracking) return undefined;
  const missing = missingDependencies();
  if (missing.length > 0) {
    warnings.warn(missingSentence(missing));
    return undefined;
  }
  try {
    return openTrackRecord({ options, client, warnings, command });
  } catch (error) {
    warnings.warn(`agents are not tracked: ${reasonOf(error).text}`);
    return undefined;
  }
}

/** A client that was started in a subfolder writes its plans there or at the top of the checkout. */
function projectFolders(
  directory: string,
  worktree: string | undefined,
): readonly [string, ...string[]] {
  const hasOther = worktree !== undefined && !["", "/", directory].includes(worktree);
  return hasOther ? [directory, worktree] : [directory];
}
