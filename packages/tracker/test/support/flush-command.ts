import { fileURLToPath } from "node:url";

import { nodeRuntime, type Runtime } from "../../../../test/run-typescript.ts";

const PROGRAMS = {
  "flush-child": "../../src/lmdb/flush-child.ts",
  "flush-child-killed": "../programs/flush-child-killed.ts",
  "flush-child-that-stays": "../programs/flush-child-that-stays.ts",
  "flush-in-two-steps": "../programs/flush-in-two-steps.ts",
} as const;

/** The program that flushes, from sources. */
export function flushCommand(
  name: keyof typeof PROGRAMS = "flush-child",
  { command, flags }: Runtime = nodeRuntime,
): string[] {
  return [command, ...flags, fileURLToPath(new URL(PROGRAMS[name], import.meta.url))];
}
