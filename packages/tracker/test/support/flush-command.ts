import { fileURLToPath } from "node:url";

import { nodeRuntime, type Runtime } from "../../../../test/run-typescript.ts";

const program = fileURLToPath(new URL("../../src/lmdb/flush-child.ts", import.meta.url));

/** The program that flushes, from sources. */
export function flushCommand({ command, flags }: Runtime = nodeRuntime): string[] {
  return [command, ...flags, program];
}
