import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { checkout } from "./checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";

/** A spec's file as people write it. */
export function writeSpec(dir: string, path: string, name: string): string {
  const file = join(dir, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `---\nname: ${name}\n---\n\n# ${name}\n`);
  return file;
}

/** A checkout in which these specs are set up, each from `specs/<name>.md`. */
export async function specCheckout(...names: string[]): Promise<string> {
  const dir = checkout([]);
  for (const name of names) {
    writeSpec(dir, `specs/${name}.md`, name);
    await cabinet(dir, ["planning", "setup", "--spec", `specs/${name}.md`]);
  }
  return dir;
}

/** A checkout whose active spec is `login`, and the folder of its run. */
export async function activeCheckout(): Promise<{ dir: string; folder: string }> {
  const dir = await specCheckout("login", "billing");
  await cabinet(dir, ["planning", "activate", "login"]);
  return { dir, folder: join(dir, ".planning/login/.long-run") };
}
