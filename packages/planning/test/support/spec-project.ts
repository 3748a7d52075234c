import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";

/** A checkout, without git, with these files, named by their paths. */
export function projectWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = temporaryFolder();
  mkdirSync(join(root, ".planning"));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** The text of a status. */
export function statusText(name: string, branch: string | null = null): string {
  return `name: ${name}\nspec: specs/${name}.md\nlast_known_branch: ${branch}\n`;
}

/** A checkout in which these specs are set up. */
export function projectOf(...specs: readonly string[]): string {
  return projectWith(
    Object.fromEntries(
      specs.map((spec) => [`.planning/${spec}/status.yaml`, statusText(spec)] as const),
    ),
  );
}
