import { mkdtempSync } from "node:fs";
import { join } from "node:path";

import type { ReadmeExample } from "../../test/readme-examples.ts";
import type { Runtime } from "../../test/run-typescript.ts";
import { exampleFile } from "./check-types.ts";
import type { ConsumerProject } from "./consumer-project.ts";
import { runBounded } from "./run-bounded.ts";

/** Runs each example in an empty folder, as it was written where the runtime can, and compares what it prints. */
export async function runExamples(
  project: ConsumerProject,
  examples: readonly ReadmeExample[],
  { name, command }: Runtime,
): Promise<void> {
  const extension = name.startsWith("Node 20") ? "js" : "ts";
  for (const [index, { title, prints }] of examples.entries()) {
    const cwd = mkdtempSync(join(project.folder, "run-"));
    const file = join(project.folder, exampleFile(index, extension));
    const stdout = await runBounded(command, [file], { cwd, env: project.env });
    const lines = stdout.split("\n").filter((line) => prints.includes(line));
    if (lines.join("\n") !== prints.join("\n")) {
      throw new Error(`${title} is to print\n${prints.join("\n")}\nand printed\n${stdout}`);
    }
  }
}
