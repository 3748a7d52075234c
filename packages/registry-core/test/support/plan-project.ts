import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";

/** A project with these plans on disk, removed when the test has ended. */
export function projectWith(...plans: readonly string[]): string {
  const dir = temporaryFolder();
  mkdirSync(join(dir, ".ai"));
  for (const plan of plans) writePlan(dir, plan);
  return dir;
}

export function writePlan(dir: string, plan: string): void {
  writeFileSync(join(dir, `.ai/plan-${plan}.md`), `# ${plan}\n`);
}

export function registryPath(dir: string): string {
  return join(dir, ".ai/.session-plans.json");
}

/** What the registry's file holds, as any reader of JSON has it. */
export function documentIn(dir: string): Record<string, Record<string, unknown>> {
  return JSON.parse(readFileSync(registryPath(dir), "utf8"));
}

/** The paths of what was set aside of the registry. */
export function asidesIn(dir: string): string[] {
  return readdirSync(join(dir, ".ai"))
    .filter((name) => /^\.session-plans\.json\.broken-\d+$/.test(name))
    .map((name) => join(dir, ".ai", name));
}
