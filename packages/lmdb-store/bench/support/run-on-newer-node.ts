import { fileURLToPath } from "node:url";

import { type Runtime, runTypeScript, endOf } from "../../../../test/run-typescript.ts";
import { fetchRuntimes, hasRuntimes } from "../../../../test/runtimes.ts";
import { nodeSqlite } from "./sqlite-engine.ts";

/**
 * Runs the benchmark again where `node:sqlite` is, when this Node has none and another one can be
 * fetched. Gives whether it did.
 */
export async function runOnNewerNode(benchmark: string): Promise<boolean> {
  if (nodeSqlite() !== undefined) return false;
  const newer = newerNode();
  if (newer === undefined) return false;
  const flags = ["--disable-warning=ExperimentalWarning", ...newer.flags];
  const file = fileURLToPath(benchmark);
  process.stdout.write(`\n${newer.name}, for it has node:sqlite\n`);
  const child = runTypeScript(
    file,
    process.argv.slice(2),
    { stdio: "inherit" },
    { ...newer, flags },
  );
  const { code } = await endOf(child);
  process.exitCode = code ?? 1;
  return true;
}

function newerNode(): Runtime | undefined {
  const isNewer = ({ name, command }: Runtime): boolean =>
    name === "Node 22" && command !== process.execPath;
  try {
    return hasRuntimes ? fetchRuntimes().find(isNewer) : undefined;
  } catch {
    // Without a network there is none. The line that it is not here is printed with the engines.
    return undefined;
  }
}
