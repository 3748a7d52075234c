import { realpathSync } from "node:fs";
import { resolve } from "node:path";

import type { CommitData, TrackRecord } from "@x/tracker";

import { textOption } from "./arguments.ts";
import { candidateList } from "./candidate-list.ts";
import type { Invocation } from "./command.ts";
import { CliError } from "./errors.ts";

// Git itself takes no fewer.
const SHORTEST_PREFIX = 4;

export interface CommitPlace {
  readonly commit_hash: string;
  readonly project_path: string;
}

/**
 * The commit that a person means: one of the agent's on record, by its hash or by the beginning of it; else, with
 * the hash as it was given, one of the checkout, or of `--project`. Throws `CABINET_COMMIT_AMBIGUOUS`.
 */
export async function findCommit(
  invocation: Invocation,
  database: TrackRecord,
  agentId: string,
  given: string,
): Promise<CommitPlace> {
  const all = await database.listCommits({ agentId });
  const project = projectOption(invocation, all);
  const own =
    project === undefined ? all : all.filter(({ project_path }) => project_path === project);
  const found = foundIn(own, given);
  if (found !== undefined) return found;
  const project_path = project ?? (await invocation.roots()).checkout.path;
  return { commit_hash: given, project_path };
}

/**
 * The project given as `--project`, as it is on record: where there is none of that very path, the folder that
 * it names. Undefined without the option.
 */
export function projectOption(
  { options, cwd }: Invocation,
  records: readonly { readonly project_path: string }[],
): string | undefined {
  const given = textOption(options, "project");
  if (given === undefined) return undefined;
  const known = new Set(records.map(({ project_path }) => project_path));
  if (known.has(given)) return given;
  const absolute = resolve(cwd(), given);
  return [absolute, realPathOf(absolute)].find((path) => known.has(path)) ?? absolute;
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

function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    // A project that is not there any more is known by the path it had.
    return path;
  }
}
