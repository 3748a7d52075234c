import type { Command } from "./command.ts";

/** A command's words and its line in the help. Its module is loaded when it is called. */
export interface CommandEntry {
  readonly words: readonly string[];
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    words: ["plans"],
    summary: "List the plans of this checkout and the sessions they belong to",
    load: async () => (await import("./commands/plans.ts")).plans,
  },
  {
    words: ["plans", "show"],
    summary: "Show one plan: by name, or that of a session; without either, the only one",
    load: async () => (await import("./commands/plans-show.ts")).plansShow,
  },
  {
    words: ["plans", "set-status"],
    summary: "Set the status of a session's plan: created, reviewed, executed or failed",
    load: async () => (await import("./commands/plans-set-status.ts")).plansSetStatus,
  },
  {
    words: ["plans", "adopt"],
    summary: "File a plan that is on disk for a session",
    load: async () => (await import("./commands/plans-adopt.ts")).plansAdopt,
  },
];

/** The longest command that the words begin with. */
export function findCommand(words: readonly string[]): CommandEntry | undefined {
  return COMMANDS.filter((entry) => entry.words.every((word, index) => words[index] === word))
    .toSorted((one, other) => other.words.length - one.words.length)
    .at(0);
}
