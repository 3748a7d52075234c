import { spawnSync } from "node:child_process";

/** Whether a program can be started here: what a test then runs with it has no excuse. */
export function isInstalled(name: string): boolean {
  return spawnSync(name, ["--version"], { timeout: 30_000 }).error === undefined;
}
