import { join } from "node:path";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import type { RepositoryStanding } from "../src/status/repository-standing.ts";
import { envelope } from "./assert-failure.ts";
import { cabinet } from "./run-cabinet-here.ts";

interface Told {
  readonly code: number;
  readonly data: RepositoryStanding;
  readonly warnings: readonly string[];
}

/** What `cabinet status --json` tells there, with a track record of its own; its text is printed as well. */
export async function told(
  dir: string,
  options: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Told> {
  const args = ["status", ...options, ...(options.includes("--database") ? [] : ownRecord())];
  const { code, stdout } = await cabinet(dir, [...args, "--json"], env);
  envelope(stdout);
  const { data, warnings }: { data: RepositoryStanding; warnings: { code: string }[] } =
    JSON.parse(stdout);
  return { code, data, warnings: warnings.map((warning) => warning.code) };
}

/** What people are shown there without a terminal. */
export async function page(
  dir: string,
  options: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const { stdout, stderr } = await cabinet(dir, ["status", ...options, ...ownRecord()], env);
  return { stdout, stderr };
}

function ownRecord(): string[] {
  return ["--database", join(temporaryFolder(), "agents.lmdb")];
}
