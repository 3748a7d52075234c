import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { temporaryFolder } from "../../../test/temporary-folder.ts";

export const SESSION = "ses_66d1a2b3c4d5AbCdEfGhIjKlMn";

/** A fresh checkout with a subfolder and these plans, each `# <name>`. */
export function checkout(plans: readonly string[] = ["demo"]): string {
  const dir = temporaryFolder();
  mkdirSync(join(dir, ".git"));
  mkdirSync(join(dir, "src/deep"), { recursive: true });
  mkdirSync(join(dir, ".ai"));
  for (const name of plans) writeFileSync(join(dir, `.ai/plan-${name}.md`), `# ${name}\n`);
  return dir;
}

/** Writes the registry as another tool would. */
export function writeRegistryText(dir: string, registry: unknown): void {
  const text = typeof registry === "string" ? registry : JSON.stringify(registry);
  writeFileSync(join(dir, ".ai/.session-plans.json"), text);
}

/** Every file and folder below, and what each file holds. */
export function filesOf(dir: string): Map<string, string> {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, entry.isFile() ? readFileSync(path, "utf8") : "no file"];
    }),
  );
}
