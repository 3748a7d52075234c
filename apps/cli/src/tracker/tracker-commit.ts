import type { CommitData, TrackRecord } from "@x/tracker";

import type { Invocation } from "../command.ts";
import { CliError } from "../errors/cli-error.ts";
import { candidateList } from "../screen/candidate-list.ts";
import { projectOption } from "./tracker-project.ts";

// Git itself takes no fewer.
const SHORTEST_PREFIX = 4;

export interface CommitPlace {
  readonly commit_hash: string;
  readonly project_path: string;
  /** False: the hash is what was given. */
  readonly isOnRecord: boolean;
}

/**
 * The commit that a person means: one of the agent's on record, by its hash or by the beginning of it; else, with
 * the hash as it was given, one of the checkout, or of `--project`. Throws `CABINET_COMMIT_AMBIGUOUS` and
 * `CABINET_PROJECT_NOT_FOUND`.
 */
export async function findCommit(
  invocation: Invocation,
  database: TrackRecord,
  agentId: string,
  given: string,
): Promise<CommitPlace> {
  const all = await database.listCommits({ agentId });
  const project = await projectOption(invocation, all);
  const own =
    project === undefined ? all : all.filter(({ project_path }) => project_path === project);
  const found = foundIn(own, given);
  if (found !== undefined) {
    const { commit_hash, project_path } = found;
    return { commit_hash, project_path, isOnRecord: true };
  }
  const project_path = project ?? (await invocation.roots()).checkout.path;
  return { commit_hash: given, project_path, isOnRecord: false };
}

function foundIn(commits: readonly CommitData[], given: string): CommitData | undefined {
  const exact = commits.filter(({ commit_hash }) => commit_hash === given);
  const prefix = given.toLowerCase();
  const begun =
    given.length < SHORTEST_PREFIX
      ? []
      : commits.filter(({ commit_hash }) => commit_hash.toLowerCase().startsWith(prefix));
  const [found, ...others] = exact.length > 0 ? exact : begun;
  if (found === undefined || others.length === 0) return found;
  const names = [found, ...others].map(
    ({ commit_hash, project_path }) => `${commit_hash} in ${project_path}`,
  );
  const message = `${JSON.stringify(given)} may mean any of ${names.length} commits: ${candidateList(names)}.`;
  const hint = "Give the whole hash, and --project where several projects have it.";
  throw new CliError("CABINET_COMMIT_AMBIGUOUS", message, hint);
}
