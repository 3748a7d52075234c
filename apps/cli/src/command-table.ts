import type { Command } from "./command.ts";

/** A command's words and its line in the help. Its module is loaded when it is called. */
export interface CommandEntry {
  readonly words: readonly string[];
  readonly summary: string;
  /** The words of the command that these are other words for. */
  readonly aliasOf?: readonly string[];
  /** It is called by scripts only: no help names it. */
  readonly isHidden?: true;
  readonly load: () => Promise<Command>;
}

const OWN: readonly CommandEntry[] = [
  {
    words: ["init"],
    summary: "Set a repository up: folders, what git ignores, the plugin of OpenCode",
    load: async () => (await import("./commands/init.ts")).init,
  },
  {
    words: ["status"],
    summary: "Show on one screen where the work stands, who is at it, and what is wrong",
    load: async () => (await import("./commands/status.ts")).status,
  },
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
  {
    words: ["lease", "list"],
    summary: "List the leases of all worktrees, and whether their holders live",
    load: async () => (await import("./commands/lease-list.ts")).leaseList,
  },
  {
    words: ["lease", "show"],
    summary: "Show the lease of a phase",
    load: async () => (await import("./commands/lease-show.ts")).leaseShow,
  },
  {
    words: ["lease", "run"],
    summary: "Hold a phase while a command runs",
    load: async () => (await import("./commands/lease-run.ts")).leaseRun,
  },
  {
    words: ["lease", "grant"],
    summary: "Grant a phase to whoever is going to work on it",
    load: async () => (await import("./commands/lease-grant.ts")).leaseGrant,
  },
  {
    words: ["lease", "heartbeat"],
    summary: "Put off the expiry of a phase's lease",
    load: async () => (await import("./commands/lease-heartbeat.ts")).leaseHeartbeat,
  },
  {
    words: ["lease", "close"],
    summary: "End a phase's lease: its work is done",
    load: async () => (await import("./commands/lease-close.ts")).leaseClose,
  },
  {
    words: ["lease", "crash"],
    summary: "End a phase's lease: its work did not come to its end",
    load: async () => (await import("./commands/lease-crash.ts")).leaseCrash,
  },
  {
    words: ["lease", "reclaim"],
    summary: "End the lease of a holder that is gone, or whose time is over",
    load: async () => (await import("./commands/lease-reclaim.ts")).leaseReclaim,
  },
  {
    words: ["lease", "clear"],
    summary: "Take all leases of a phase out of the list",
    load: async () => (await import("./commands/lease-clear.ts")).leaseClear,
  },
  {
    words: ["lease", "conflicts"],
    summary: "List open leases that are going to write the same files",
    load: async () => (await import("./commands/lease-conflicts.ts")).leaseConflicts,
  },
  {
    words: ["planning", "status"],
    summary: "Show the active spec, where it stood, and what may not be closed yet",
    load: async () => (await import("./commands/planning-status.ts")).planningStatus,
  },
  {
    words: ["planning", "list"],
    summary: "List the specs of this checkout",
    load: async () => (await import("./commands/planning-list.ts")).planningList,
  },
  {
    words: ["planning", "setup"],
    summary: "Set a spec up from its file, whose front matter names it",
    load: async () => (await import("./commands/planning-setup.ts")).planningSetup,
  },
  {
    words: ["planning", "activate"],
    summary: "Make a spec the active one of this checkout",
    load: async () => (await import("./commands/planning-activate.ts")).planningActivate,
  },
  {
    words: ["planning", "switch"],
    summary: "Choose the active spec on the terminal",
    load: async () => (await import("./commands/planning-switch.ts")).planningSwitch,
  },
  {
    words: ["planning", "deactivate"],
    summary: "Make no spec the active one",
    load: async () => (await import("./commands/planning-deactivate.ts")).planningDeactivate,
  },
  {
    words: ["planning", "update-branch"],
    summary: "Note the branch on which a spec is worked on, for whoever comes next",
    load: async () => (await import("./commands/planning-update-branch.ts")).planningUpdateBranch,
  },
  {
    words: ["planning", "migrate"],
    summary: "Give folders that were named after branches the names of their specs",
    load: async () => (await import("./commands/planning-migrate.ts")).planningMigrate,
  },
  {
    words: ["planning", "flow"],
    summary: "Print the instructions that an agent follows about branches",
    load: async () => (await import("./commands/planning-flow.ts")).planningFlow,
  },
  {
    words: ["phase-status"],
    summary: "Show or set the status of a phase in the roadmap; done has a gate",
    load: async () => (await import("./commands/phase-status.ts")).phaseStatus,
  },
  {
    words: ["closeout-report"],
    summary: "Say what stands in the way of closing a phase out",
    load: async () => (await import("./commands/closeout-report.ts")).closeoutReport,
  },
  {
    words: ["run-state"],
    summary: "Show where a run stands: its executor, where it goes on, its agents",
    load: async () => (await import("./commands/run-state.ts")).runState,
  },
  {
    words: ["run-state", "open"],
    summary: "Make the folder and the files of a run",
    load: async () => (await import("./commands/run-state-open.ts")).runStateOpen,
  },
  {
    words: ["run-state", "run"],
    summary: "Be the executor of a run while a command runs",
    load: async () => (await import("./commands/run-state-run.ts")).runStateRun,
  },
  {
    words: ["run-state", "agent"],
    summary: "Record that an agent has begun, goes on, or has ended",
    load: async () => (await import("./commands/run-state-agent.ts")).runStateAgent,
  },
  {
    words: ["run-state", "checkpoint"],
    summary: "Note how far the work on a plan has come",
    load: async () => (await import("./commands/run-state-checkpoint.ts")).runStateCheckpoint,
  },
  {
    words: ["run-state", "summary"],
    summary: "Write the summary of a plan, which is over by that",
    load: async () => (await import("./commands/run-state-summary.ts")).runStateSummary,
  },
  {
    words: ["run-state", "write"],
    summary: "Put fields and sections into the STATE.md of a run",
    load: async () => (await import("./commands/run-state-write.ts")).runStateWrite,
  },
  {
    words: ["run-state", "issue"],
    summary: "Note an issue that came up in a run",
    load: async () => (await import("./commands/run-state-issue.ts")).runStateIssue,
  },
  {
    words: ["run-state", "clarify"],
    summary: "Record a question for the user, or the answer to one",
    load: async () => (await import("./commands/run-state-clarify.ts")).runStateClarify,
  },
  {
    words: ["run-state", "resume"],
    summary: "Say where a run goes on",
    load: async () => (await import("./commands/run-state-resume.ts")).runStateResume,
  },
  {
    words: ["run-state", "reinitialize"],
    summary: "Build a damaged run anew from its summaries",
    load: async () => (await import("./commands/run-state-reinitialize.ts")).runStateReinitialize,
  },
  {
    words: ["tracker"],
    summary: "List the agents on record, their points and their state",
    load: async () => (await import("./commands/tracker.ts")).tracker,
  },
  {
    words: ["tracker", "status"],
    summary: "Show one agent: its level, its score over time, what it did last",
    load: async () => (await import("./commands/tracker-status.ts")).trackerStatus,
  },
  {
    words: ["tracker", "compare"],
    summary: "Compare set-ups by their commits, grades and bugs",
    load: async () => (await import("./commands/tracker-compare.ts")).trackerCompare,
  },
  {
    words: ["tracker", "commits"],
    summary: "List the commits of an agent that are on record, and their grades",
    load: async () => (await import("./commands/tracker-commits.ts")).trackerCommits,
  },
  {
    words: ["tracker", "grade"],
    summary: "Grade a commit of an agent",
    load: async () => (await import("./commands/tracker-grade.ts")).trackerGrade,
  },
  {
    words: ["tracker", "bug"],
    summary: "Report a bug of an agent, which costs it a skill point",
    load: async () => (await import("./commands/tracker-bug.ts")).trackerBug,
  },
  {
    words: ["tracker", "reinstate"],
    summary: "Let a halted agent work again, on record",
    load: async () => (await import("./commands/tracker-reinstate.ts")).trackerReinstate,
  },
  {
    words: ["tracker", "journal"],
    summary: "Show what an agent has noted of its work, or add an entry",
    load: async () => (await import("./commands/tracker-journal.ts")).trackerJournal,
  },
  {
    words: ["tracker", "retrospectives"],
    summary: "Show what agent and user thought of commits afterwards",
    load: async () => (await import("./commands/tracker-retrospectives.ts")).trackerRetrospectives,
  },
  {
    words: ["tracker", "export"],
    summary: "Write all that is on record as JSON Lines",
    load: async () => (await import("./commands/tracker-export.ts")).trackerExport,
  },
  {
    words: ["tracker", "import"],
    summary: "Add what is missing from an export, or from what was pruned",
    load: async () => (await import("./commands/tracker-import.ts")).trackerImport,
  },
  {
    words: ["tracker", "prune"],
    summary: "Move what is older than a date to a file beside the database",
    load: async () => (await import("./commands/tracker-prune.ts")).trackerPrune,
  },
  {
    words: ["tracker", "migrate"],
    summary: "Copy what the original tracker has left in a project",
    load: async () => (await import("./commands/tracker-migrate.ts")).trackerMigrate,
  },
  {
    words: ["doctor"],
    summary: "Say what is wrong with the files of this checkout, and mend it with --fix",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  {
    words: ["restore"],
    summary: "Bring back what was cleared; without an argument, list what can be",
    load: async () => (await import("./commands/restore.ts")).restore,
  },
  {
    words: ["completion"],
    summary: "Print the script that completes cabinet in bash, zsh or fish",
    load: async () => (await import("./commands/completion.ts")).completion,
  },
  {
    words: ["complete"],
    summary: "Print what a shell offers for a command line that is being typed",
    isHidden: true,
    load: async () => (await import("./commands/complete.ts")).complete,
  },
];

/** Commands with the words by which others know them. */
const ALIASES = OWN.flatMap((entry) => {
  const [group, word = ""] = entry.words;
  if (group === "tracker" && word === "") {
    return [{ ...entry, words: ["tracker", "agents"], aliasOf: entry.words }];
  }
  if (group !== "lease" || !["list", "show", "clear", "crash"].includes(word)) return [];
  return [[`registry-${word}`], ["registry", word]].map((words): CommandEntry => {
    return { ...entry, words, aliasOf: entry.words };
  });
});

export const COMMANDS: readonly CommandEntry[] = [...OWN, ...ALIASES];

/** The longest command that the words begin with. */
export function findCommand(words: readonly string[]): CommandEntry | undefined {
  return COMMANDS.filter((entry) => entry.words.every((word, index) => words[index] === word))
    .toSorted((one, other) => other.words.length - one.words.length)
    .at(0);
}

/** The words that a command line may begin with, each once. */
export function firstWords(): string[] {
  const shown = COMMANDS.filter(({ isHidden }) => isHidden !== true);
  return [...new Set([...shown.map(({ words: [first = ""] }) => first), "help"])];
}

/** The second words of the commands that begin with this one. */
export function wordsAfter(word: string): string[] {
  return COMMANDS.flatMap(({ words: [first, second] }) =>
    first === word && second !== undefined ? [second] : [],
  );
}
