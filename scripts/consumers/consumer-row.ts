import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";

import { readmeExamples } from "../../test/readme-examples.ts";
import type { Runtime } from "../../test/run-typescript.ts";
import { checkEntries } from "./check-entries.ts";
import { checkTypes, type TypeScript, writeExamples } from "./check-types.ts";
import { installAlone, type Outside, type Published } from "./consumer-project.ts";
import { OWN_PROGRAMS } from "./own-programs.ts";
import { runExamples } from "./run-examples.ts";

/** Whom a package is tried with. */
export interface Consumers {
  readonly typeScripts: readonly TypeScript[];
  readonly runtimes: readonly Runtime[];
}

/** What is above the cells of each row. */
export function headingsOf({ typeScripts, runtimes }: Consumers): string[] {
  const compilers = typeScripts.map(({ name }) => `TypeScript ${name}`);
  return ["package", "tarball", "installs", ...compilers, ...runtimes.map(titleOf)];
}

/**
 * Tries one package with all of them, in a project of its own. The cells say what was tried; one that says FAILED
 * has added its reason to the faults.
 */
export async function consumerRow(
  published: Published,
  outside: Outside,
  { typeScripts, runtimes }: Consumers,
  faults: string[],
): Promise<string[]> {
  const { name, folder, tarball } = published;
  const project = await installAlone(published, outside);
  const examples = readmeExamples(folder);
  const isImported = project.entries.length > 0;
  const tried = `${project.entries.length} + ${examples.length}`;
  if (isImported) await writeExamples(project, examples);

  const cell = async (consumer: string, check: () => Promise<string>) => {
    try {
      return await check();
    } catch (error) {
      faults.push(
        `${name}, ${consumer}: ${error instanceof Error ? error.message : String(error)}`,
      );
      return "FAILED";
    }
  };
  const cells: string[] = [];
  for (const typeScript of typeScripts) {
    const types = async () => {
      if (!isImported) return "no types";
      await checkTypes(project, typeScript);
      return tried;
    };
    cells.push(await cell(`TypeScript ${typeScript.name}`, types));
  }
  const use = OWN_PROGRAMS[name];
  for (const runtime of runtimes) {
    const run = async () => {
      await checkEntries(project, runtime);
      await runExamples(project, examples, runtime);
      await use?.run(project, runtime);
      const own = use === undefined ? [] : [use.title];
      return [...(isImported ? [tried] : []), ...own].join(" + ");
    };
    cells.push(await cell(titleOf(runtime), run));
  }
  const { packages, bytes } = project.installed;
  const size = statSync(tarball).size;
  return [name, kilobytes(size), `${packages}, ${kilobytes(bytes)}`, ...cells];
}

/** Its name with all of its version. */
function titleOf({ name, command }: Runtime): string {
  const { stdout } = spawnSync(command, ["--version"], { encoding: "utf8", timeout: 30_000 });
  return `${name.split(" ")[0]} ${stdout.trim().replace("v", "")}`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} KB`;
}
