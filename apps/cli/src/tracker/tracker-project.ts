import { statSync } from "node:fs";
import { resolve } from "node:path";

import { textOption } from "../arguments.ts";
import type { Invocation } from "../command.ts";
import { CliError } from "../errors/cli-error.ts";

/**
 * The project given as `--project`, as it is on record: that very path, else the folder that it names, else the top
 * of the checkout that this folder is in, under which its commits are filed. Undefined without the option. Throws
 * `CABINET_PROJECT_NOT_FOUND` for what is neither on record nor a folder.
 */
export async function projectOption(
  { options, cwd, env }: Pick<Invocation, "options" | "cwd" | "env">,
  records: readonly { readonly project_path: string }[],
): Promise<string | undefined> {
  const given = textOption(options, "project");
  if (given === undefined) return undefined;
  const known = new Set(records.map(({ project_path }) => project_path));
  if (known.has(given)) return given;
  const { findRoots, realPathOf } = await import("@x/registry-core/workspace");
  const absolute = resolve(cwd(), given);
  // A project that is not there any more is known by the path it had.
  const real = realPathOf(absolute) ?? absolute;
  const own = [absolute, real].find((path) => known.has(path));
  if (own !== undefined) return own;
  if (!isFolder(absolute)) {
    const message = `There is no folder ${absolute}, and nothing is on record of such a project.`;
    const hint = "`cabinet tracker compare --by-project` lists the projects on record.";
    throw new CliError("CABINET_PROJECT_NOT_FOUND", message, hint);
  }
  // Which folder is meant is said: the variables that name another workspace count nothing here.
  const topOf = (folder: string): string =>
    findRoots(folder, { env: { HOME: env["HOME"] } }).checkout.path;
  const tops = [topOf(absolute), topOf(real)] as const;
  return tops.find((top) => known.has(top)) ?? tops[0];
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    // Something on the way there is no folder, or is closed to this user.
    return false;
  }
}
