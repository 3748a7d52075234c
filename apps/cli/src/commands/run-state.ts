import {
  type AgentEntry,
  detectResume,
  listAgents,
  listClarifications,
  readCheckpoint,
  readExecutor,
} from "@x/planning/run-state";

import type { Command, Style } from "../command.ts";
import { executorLine } from "../runs/executor-line.ts";
import { RUN_PLACE_OPTIONS, runToLookAt } from "../runs/run-state-folder.ts";
import { describeResume, NO_RUN, pendingLines, resumeHint } from "../runs/run-state-resume.ts";
import { type Fact, factList } from "../screen/fact-list.ts";
import { type Cell, table } from "../screen/table.ts";

const HEADING = ["AGENT", "STATUS", "PLAN", "TYPE", "STARTED", "ENDED"];
// As many as people look at; --json has all.
const MOST_AGENTS = 10;

export const runState: Command = {
  synopsis: "",
  example: "cabinet run-state --spec login",
  arguments: 0,
  options: RUN_PLACE_OPTIONS,
  run: async (invocation) => {
    const { place, hasBegun } = await runToLookAt(invocation);
    const executor = await readExecutor(place.folder);
    const resume = await detectResume(place.folder);
    const agents = await listAgents(place.folder);
    const checkpoint = await readCheckpoint(place.folder);
    const clarifications = await listClarifications(place.folder);
    return {
      data: { ...place, executor, resume, agents, checkpoint, clarifications },
      text: (style) => {
        const facts = factList(
          [
            ["spec", place.spec],
            ["folder", place.folder],
            ["executor", executorLine(executor)],
            ["resume", hasBegun ? describeResume(resume) : NO_RUN.text],
            ...pendingLines(resume).map((line): Fact => ["asked", line]),
          ],
          style,
        );
        return agents.length === 0 ? facts : `${facts}\n\n${tableOf(agents, style)}`;
      },
      hint: hasBegun ? resumeHint(resume) : NO_RUN.hint,
    };
  },
};

function tableOf(agents: readonly AgentEntry[], style: Style): string {
  const rows = agents
    .slice(-MOST_AGENTS)
    .map((agent): Cell[] => [
      { text: agent.agent_id ?? "-" },
      { text: agent.status },
      { text: agent.plan ?? "-" },
      { text: agent.agent_type ?? "-" },
      { text: agent.timestamp ?? "-", paint: style.dim },
      { text: agent.completion_timestamp ?? "-", paint: style.dim },
    ]);
  return table(HEADING, rows, style);
}
