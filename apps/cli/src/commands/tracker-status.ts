import {
  type ActivityEntry,
  type AgentData,
  type ScorePoint,
  SCORING_POLICY,
  type TrackRecord,
} from "@x/tracker";

import type { Command, Invocation, Outcome, Style } from "../command.ts";
import { type Fact, factList } from "../screen/fact-list.ts";
import { isoTime } from "../screen/iso-time.ts";
import { progressBar } from "../screen/progress-bar.ts";
import { sparkline } from "../screen/sparkline.ts";
import { activityLines } from "../tracker/tracker-activity-lines.ts";
import { agentView, stateOf } from "../tracker/tracker-agent-data.ts";
import { listAgents } from "../tracker/tracker-agent-list.ts";
import { requireAgent } from "../tracker/tracker-agent.ts";
import { withTracker } from "../tracker/tracker-database.ts";
import { TRACKER_OPTIONS } from "../tracker/tracker-path.ts";

const LAST_ACTIVITIES = 3;
// In which something was scored: a year of working days and more.
const LAST_HOURS = 2000;

export const trackerStatus: Command = {
  synopsis: "[<agent>]",
  example: "cabinet tracker status build@anthropic/claude-sonnet-4",
  arguments: 0,
  optionalArguments: 1,
  options: TRACKER_OPTIONS,
  run: async (invocation) => {
    const [given] = invocation.positionals;
    return given === undefined ? listAgents(invocation) : showAgent(invocation, given);
  },
};

interface Shown {
  readonly agent: AgentData;
  /** Experience points of the next level. */
  readonly next: number;
  readonly history: readonly ScorePoint[];
  readonly activities: readonly ActivityEntry[];
}

function showAgent(invocation: Invocation, given: string): Promise<Outcome> {
  return withTracker(invocation, "existing", async ({ path, database }) => {
    const shown = await readShown(database, given);
    const { agent, next, history, activities } = shown;
    return {
      data: {
        database: path,
        agent: agentView(agent),
        next_level_experience: next,
        history,
        activities,
      },
      text: (style) => page(shown, style),
      ...(stateOf(agent) === "halted" && {
        hint: "`cabinet tracker reinstate <agent> --reason <text>` lets it work again.",
      }),
    };
  });
}

async function readShown(database: TrackRecord, given: string): Promise<Shown> {
  const agent = await requireAgent(database, given, "show");
  return {
    agent,
    // A halted agent begins again with one skill point.
    next: SCORING_POLICY.experiencePerSkillPoint * Math.max(1, agent.skill_points),
    history: await database.getScoreHistory(agent.id, LAST_HOURS),
    activities: await database.getActivities(agent.id, LAST_ACTIVITIES),
  };
}

function page({ agent, next, history, activities }: Shown, style: Style): string {
  const { experience_points } = agent;
  const state = stateOf(agent);
  const facts: Fact[] = [
    ["agent", agent.id],
    ["name", agent.name],
    ["model", agent.model],
    ["project", agent.scope],
    ["state", state],
    ["level", String(agent.skill_points)],
    ["experience", `${progressBar(experience_points, next)} (${experience_points} of ${next})`],
    ["score", scoreOf(agent, history)],
    ["commits", String(agent.total_commits)],
    ["bugs", String(agent.total_bugs)],
    ["since", isoTime(agent.created_at)],
    ["updated", isoTime(agent.updated_at)],
  ];
  const list = factList(facts, state === "halted" ? { ...style, bold: style.red } : style);
  const journal = activities.map((entry) => activityLines(entry, style));
  return journal.length === 0 ? list : [list, "", ...journal].join("\n");
}

/** Its communication score; over time where it has changed or was seen more than once. */
function scoreOf({ communication_score: now }: AgentData, history: readonly ScorePoint[]): string {
  const scores = history.map(({ communication_score }) => communication_score);
  const [first] = scores;
  if (first === undefined || scores.length < 2) return String(now);
  return `${now}  ${sparkline(scores)}  ${first} → ${now}`;
}
