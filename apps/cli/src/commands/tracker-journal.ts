import { printable } from "@x/registry-core/text";
import type { ActivityEntry } from "@x/tracker";

import { type OptionValues, textOption, usageError } from "../arguments.ts";
import type { Command, Invocation, Outcome } from "../command.ts";
import { wholeNumberOption } from "../options/whole-number-option.ts";
import { activityLines } from "../tracker/tracker-activity-lines.ts";
import { closeIds, findAgent } from "../tracker/tracker-agent.ts";
import { changeTracker } from "../tracker/tracker-change.ts";
import { withTracker } from "../tracker/tracker-database.ts";
import { agentIdWith } from "../tracker/tracker-entries.ts";
import { TRACKER_OPTIONS } from "../tracker/tracker-path.ts";

const DEFAULT_LIMIT = 20;
const NOTES = ["actions", "outcome", "decisions"] as const;

export const trackerJournal: Command = {
  synopsis: "<agent>",
  example: [
    "cabinet tracker journal build@anthropic/claude-sonnet-4 --limit 5",
    "cabinet tracker journal build@anthropic/claude-sonnet-4 --task 'mend the login' --outcome 'tests pass'",
  ],
  arguments: 1,
  options: {
    ...TRACKER_OPTIONS,
    limit: { type: "string", value: "<n>", summary: "The last so many; default 20" },
    task: { type: "string", value: "<text>", summary: "Add an entry: what was to be done" },
    actions: { type: "string", value: "<text>", summary: "What was done, of an entry to add" },
    outcome: { type: "string", value: "<text>", summary: "What came of it" },
    decisions: { type: "string", value: "<text>", summary: "What was decided" },
  },
  run: async (invocation) => {
    const { options, positionals } = invocation;
    const [given = ""] = positionals;
    const limit = wholeNumberOption(options, "limit");
    const entry = entryIn(options, invocation.now());
    if (entry === undefined) return showJournal(invocation, given, limit ?? DEFAULT_LIMIT);
    if (limit !== undefined) throw usageError("--limit is for reading, --task for adding.");
    if (given.trim() === "") throw usageError("The id of the agent is empty.");
    return addEntry(invocation, given, entry);
  },
};

/** Undefined: nothing is to be added. */
function entryIn(options: OptionValues, now: Date): ActivityEntry | undefined {
  const task = textOption(options, "task");
  const [actions = "", outcome = "", decisions = ""] = NOTES.map((name) =>
    textOption(options, name),
  );
  if (task !== undefined)
    return { timestamp: now.toISOString(), task, actions, outcome, decisions };
  const note = NOTES.find((name) => options[name] !== undefined);
  if (note === undefined) return undefined;
  throw usageError(`--${note} is part of an entry: --task is missing.`);
}

function showJournal(invocation: Invocation, given: string, limit: number): Promise<Outcome> {
  return withTracker(invocation, "existing", async ({ path, database }) => {
    const agent = await agentIdWith(database, given, (id) => database.getActivities(id, 1));
    const activities = await database.getActivities(agent, limit);
    return {
      data: { database: path, agent, activities },
      text: (style) =>
        activities.length === 0
          ? `The journal of ${printable(agent)} is empty.`
          : activities.map((entry) => activityLines(entry, style)).join("\n"),
    };
  });
}

/** Of an agent on record; else of one of that very id, which is on record by that. */
function addEntry(invocation: Invocation, given: string, activity: ActivityEntry) {
  return withTracker(invocation, "created", async (tracker): Promise<Outcome> => {
    const { path, database } = tracker;
    const agents = await database.listAgents();
    const id = findAgent(agents, given, "change")?.id ?? given;
    const isNew = !agents.some((agent) => agent.id === id);
    const at = new Date(activity.timestamp);
    await changeTracker(invocation, tracker, async (service, buffer) => {
      if (isNew) buffer.bufferSeen(id, { at });
      await service.logActivity(id, activity);
    });
    const close = isNew ? closeIds(agents, id) : [];
    const others = close.length === 0 ? "" : `; close to it: ${close.join(", ")}`;
    return {
      data: { database: path, agent: id, is_new: isNew, activity },
      text: () => printable(`Noted in the journal of ${id}: ${activity.task}`),
      ...(isNew && { hint: `${id} is a new agent${others}.` }),
    };
  });
}
