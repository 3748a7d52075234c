import * as z from "zod/mini";

import { type ActivityEntry, type Grade, SCORING_POLICY } from "@x/tracker";

import { type AgentTool, agentTool, described } from "../agent-tool.ts";
import { resolveCommit } from "../ask-git.ts";
import type { ToolContext } from "../opencode.ts";
import type { Identity, SessionCommit, Sessions } from "../sessions.ts";
import type { TrackingParts } from "../tracking/tracking-hooks.ts";

const GRADES = "-1 bad, 1 neutral, 2 good, 5 excellence";
const MOST_CHARACTERS = 4_000;
// Of a user who has said nothing.
const NEUTRAL = 1;
const INITIAL_SCORE = SCORING_POLICY.initial.communicationScore;

const grade = (description: string): z.ZodMiniLiteral<Grade> =>
  described(z.literal([-1, 1, 2, 5]), `${description}: ${GRADES}`);
const words = (description: string): z.ZodMiniString =>
  described(z.string().check(z.minLength(1), z.maxLength(MOST_CHARACTERS)), description);

/** The tools with which agents keep their own record. */
export function createTrackTools(parts: TrackingParts): AgentTool[] {
  return [gradeTool(parts), bugTool(parts), journalTool(parts)];
}

function requireIdentity(sessions: Sessions, { sessionID }: ToolContext): Identity {
  const identity = sessions.identityOf(sessionID);
  if (identity !== undefined) return identity;
  throw new Error(
    "which agent this session is has not been told yet; try again after the next message",
  );
}

function gradeTool({ record, sessions, project, directory }: TrackingParts): AgentTool {
  const { service } = record;
  const graded = new Set<string>();
  return agentTool({
    name: "cabinet_grade",
    description:
      "Grade a commit of this session: your own grade, and the user's if the user has given one. With a note it becomes a retrospective on your record.",
    args: {
      agent_grade: grade("Your own grade of the work"),
      user_grade: z.optional(grade("The user's grade, only if the user said it")),
      commit: z.optional(words("Hash; default: the last commit you made in this session")),
      note: z.optional(words("What went well or badly, in a sentence or two")),
    },
    run: async ({ agent_grade, user_grade, commit, note }, context) => {
      const { agentId } = requireIdentity(sessions, context);
      const last = sessions.find(context.sessionID)?.lastCommit;
      const isLast = commit === undefined || last?.hash === commit;
      const found = isLast ? last : await commitNamed(directory, project, commit);
      if (found === undefined) throw noCommit(commit);
      const { hash } = found;
      const before = await service.getAgentStatus(agentId);
      const key = `${agentId} ${hash}`;
      if (graded.has(key)) {
        throw new Error(`you have graded ${hash} already; each grade counts, so once is enough`);
      }
      graded.add(key);
      try {
        await service.recordCommitGrade(agentId, hash, found.project, agent_grade, user_grade);
      } catch (error) {
        graded.delete(key);
        throw error;
      }
      const after = await service.getAgentStatus(agentId);
      if (note !== undefined) {
        await service.recordRetrospective(agentId, {
          commit: hash,
          timestamp: new Date().toISOString(),
          task: last?.hash === hash ? last.subject : "",
          agent_grade,
          user_grade: user_grade ?? NEUTRAL,
          score_before: before?.communication_score ?? INITIAL_SCORE,
          score_after: after?.communication_score ?? INITIAL_SCORE,
          agent_note: note,
          user_note: "",
        });
      }
      return { graded: hash, agent: after };
    },
  });
}

function bugTool({ record: { service }, sessions }: TrackingParts): AgentTool {
  return agentTool({
    name: "cabinet_bug",
    description:
      "Report a bug in committed work: it costs its author one skill point. Default author: you. An agent without skill points is halted.",
    args: {
      agent: z.optional(words("Id of the author, `<agent>@<provider>/<model>`; default: you")),
      what: z.optional(words("What the bug is, for the journal")),
    },
    run: async ({ agent, what }, context) => {
      const own = requireIdentity(sessions, context).agentId;
      const author = agent ?? own;
      if (author !== own && (await service.getAgentStatus(author)) === null) {
        throw new Error(
          `no agent ${author} is on record; \`cabinet tracker agents\` lists those that are`,
        );
      }
      const status = await service.reportBug(author);
      if (what !== undefined) {
        await service.logActivity(
          author,
          entryOf({ task: "bug", outcome: what, actions: `reported by ${own}` }),
        );
      }
      return { agent: status };
    },
  });
}

function journalTool({ record: { service }, sessions }: TrackingParts): AgentTool {
  return agentTool({
    name: "cabinet_journal",
    description:
      "Write an entry into your journal, which outlives the session: what you did, what came of it, and what you decided.",
    args: {
      task: words("What it was about, in a few words"),
      outcome: words("What came of it"),
      actions: z.optional(words("What you did")),
      decisions: z.optional(words("What you decided, and why")),
    },
    run: async (entry, context) => {
      const { agentId } = requireIdentity(sessions, context);
      const written = entryOf(entry);
      await service.logActivity(agentId, written);
      return { agent: agentId, timestamp: written.timestamp };
    },
  });
}

async function commitNamed(
  directory: string,
  project: string,
  text: string,
): Promise<SessionCommit | undefined> {
  const hash = await resolveCommit(directory, text);
  return hash === undefined ? undefined : { hash, project, subject: "" };
}

function noCommit(named: string | undefined): Error {
  return new Error(
    named === undefined
      ? "there is no commit of yours in this session yet: give its hash as `commit`"
      : `there is no commit ${JSON.stringify(named)} in this repository`,
  );
}

interface Entry {
  readonly task: string;
  readonly outcome: string;
  readonly actions?: string | undefined;
  readonly decisions?: string | undefined;
}

function entryOf({ task, outcome, actions = "", decisions = "" }: Entry): ActivityEntry {
  return { timestamp: new Date().toISOString(), task, outcome, actions, decisions };
}
