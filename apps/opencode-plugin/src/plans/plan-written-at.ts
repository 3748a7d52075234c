import { realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

import { planFileExists, planNameOf } from "@x/registry-core/session-plans";

/**
 * The name of the plan at that path when it is a plan of the project, `<dir>/.ai/plan-<name>.md`
 * with links resolved. The path may be relative, to the folder `from`, and have Windows separators.
 */
export async function planWrittenAt(
  filePath: string,
  dir: string,
  from = dir,
): Promise<string | undefined> {
  const path = resolve(from, filePath.replaceAll("\\", "/"));
  const name = planNameOf(basename(path));
  if (name === undefined) return undefined;
  const [written, expected] = await Promise.all([
    realFolder(dirname(path)),
    realFolder(join(dir, ".ai")),
  ]);
  const isPlan = expected !== undefined && written === expected && planFileExists(dir, name);
  return isPlan ? name : undefined;
}

async function realFolder(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    // No such folder: then no plan was written there.
    return undefined;
  }
}
