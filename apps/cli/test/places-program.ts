import { spawn, type SpawnOptions } from "node:child_process";
import { fileURLToPath } from "node:url";

import { endOf, type Ending } from "../../../test/run-typescript.ts";
import { cabinetWords } from "./cabinet-words.ts";

/** How `cabinet` is started. */
export interface Program {
  readonly words: readonly string[];
  /** The same by a user to whom permissions mean something; it ends with 77, or is not there, where nobody can become that. */
  readonly asNobody: readonly string[];
}

/** `cabinet` from sources. */
export function cabinetFromSources(): Program {
  return { words: cabinetWords(), asNobody: cabinetWords("cabinet-without-privileges") };
}

/** `cabinet` as it is installed. */
export function builtCabinet(): Program {
  const file = fileURLToPath(new URL("../dist/code/cabinet.cjs", import.meta.url));
  const words = [process.execPath, file];
  const isRoot = process.getuid?.() === 0;
  const become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  return { words, asNobody: isRoot ? [...become, ...words] : words };
}

const LIMIT_MILLISECONDS = 120_000;

/** Runs a command line with nothing on stdin, and gives what it printed and how it ended. */
export function runWords(
  [command = "", ...args]: readonly string[],
  options: SpawnOptions,
): Promise<Ending> {
  const timeout = { timeout: LIMIT_MILLISECONDS, killSignal: "SIGKILL" } as const;
  return endOf(spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...timeout, ...options }));
}

/** The same with a line of sh around it, in which `"$@"` is the command. */
export function runInShell(
  line: string,
  words: readonly string[],
  options: SpawnOptions,
): Promise<Ending> {
  return runWords(["sh", "-c", line, "sh", ...words], options);
}
