import { resolve } from "node:path";

import { gitDirOf, readCheckout } from "@x/registry-core/workspace";

import { BoundedMap } from "../bounded-map.ts";
import { callKey } from "../call-key.ts";
import type { HookPart } from "../hook-part.ts";
import type { ToolCall, ToolResult } from "../opencode.ts";
import { fieldOf, textOf } from "../payload.ts";
import type { SessionCommit, Sessions } from "../sessions.ts";
import type { TrackRecord } from "../tracking/track-record.ts";
import { commitSubjects } from "./commit-subjects.ts";
import { type GitCall, gitCalls } from "./git-in-shell.ts";
import { commitsBehind, headLogSize } from "./head-log.ts";

export interface CommitParts {
  readonly record: TrackRecord;
  readonly sessions: Sessions;
  /** Where the shell runs, unless a call says otherwise. */
  readonly directory: string;
}

/** A folder in which a call of the shell is going to commit. */
interface Watched {
  readonly folder: string;
  /** Of its repository before; that may be made by the very call, also inside of another one. */
  readonly gitDir: string | undefined;
  /** Of the log of its `HEAD`. */
  readonly size: number;
  /** The first lines of the messages in the call; undefined: not all of them stand there. */
  readonly subjects: readonly string[] | undefined;
  /** How many times the call says `git commit`. */
  readonly count: number;
}

// Of calls that fail, the client tells nothing more.
const MOST_CALLS = 100;

/** Finds the commits that agents make with the shell, and flushes when they push. Starts no git. */
export function createCommitHooks({ record, sessions, directory }: CommitParts): HookPart {
  const watched = new BoundedMap<readonly Watched[]>(MOST_CALLS);
  const callsIn = ({ tool, args }: ToolCall): readonly GitCall[] => {
    const command = tool === "bash" ? textOf(args, "command") : undefined;
    // Nearly all others are told by a look.
    if (command === undefined || !command.includes("git")) return [];
    return gitCalls(command, resolve(directory, textOf(args, "workdir") ?? ""));
  };
  const note = async (
    { sessionID }: ToolCall,
    { output, metadata }: ToolResult,
    before: readonly Watched[],
    hasPushed: boolean,
  ): Promise<void> => {
    const session = sessions.find(sessionID);
    if (session?.identity === undefined) return;
    // Two folders may be of one repository.
    const found = new Map(
      before.flatMap((one) => commitsSince(one, output)).map((commit) => [commit.hash, commit]),
    );
    for (const commit of found.values()) {
      const { hash, project, subject } = commit;
      session.lastCommit = commit;
      await record.service.commitCompleted(session.identity.agentId, hash, project, subject);
    }
    if (hasPushed && isSuccess(metadata)) await record.flush();
  };
  return {
    name: "finding commits",
    toolBefore: (call) => {
      const commits = callsIn(call).filter(({ subcommand }) => subcommand === "commit");
      if (commits.length === 0) return;
      const folders = new Set(commits.map(({ folder }) => folder ?? directory));
      const subjects = commitSubjects(commits);
      const before = [...folders].map((folder) => {
        const gitDir = gitDirOf(folder);
        const size = gitDir === undefined ? 0 : headLogSize(gitDir);
        return { folder, gitDir, size, subjects, count: commits.length };
      });
      watched.set(callKey(call), before);
    },
    toolAfter: (call, result) => {
      const before = watched.take(callKey(call)) ?? [];
      const hasPushed = callsIn(call).some(({ subcommand }) => subcommand === "push");
      return before.length > 0 || hasPushed ? note(call, result, before, hasPushed) : undefined;
    },
  };
}

/**
 * What was committed there since, as far as it is the call's own: others may commit in the same repository meanwhile. It
 * is when git has printed its hash, or the call names its message. Where neither tells of any, all of it is, unless it
 * is more than the call says.
 */
function commitsSince(
  { folder, gitDir: former, size, subjects, count }: Watched,
  output: unknown,
): SessionCommit[] {
  const [gitDir, project] = [gitDirOf(folder), readCheckout(folder)?.top];
  if (gitDir === undefined || project === undefined) return [];
  const all = commitsBehind(gitDir, gitDir === former ? size : 0);
  const printed = typeof output === "string" ? printedHashes(output) : [];
  const own = all.filter(({ hash, subject }) => {
    const isNamed = subjects?.some((text) => subject.includes(text)) === true;
    return isNamed || printed.some((start) => hash.startsWith(start));
  });
  // Quiet ones, whose messages stand elsewhere.
  const isTold = subjects !== undefined || printed.length >= count;
  return (isTold ? own : all).map((commit) => ({ ...commit, project }));
}

/** `[main 1234567] subject`, as `git commit` prints it when it is not quiet. */
function printedHashes(output: string): string[] {
  const lines = output.matchAll(/^\[[^\]\n]* (?<hash>[\da-f]{4,64})\] /gm);
  return [...lines].map(({ groups }) => groups?.["hash"] ?? "");
}

function isSuccess(metadata: unknown): boolean {
  return fieldOf(metadata, "exit") === 0;
}
