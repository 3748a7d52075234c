import type { HookPart } from "../hook-part.ts";
import { redactGrepOutput } from "./env-grep-output.ts";
import { EnvProtection } from "./env-protection.ts";

export interface EnvHookParts {
  readonly directory: string;
  readonly allowExamples: boolean;
}

/** Keeps the files in which secrets are kept from agents. */
export function createEnvHooks(parts: EnvHookParts): HookPart {
  const protection = new EnvProtection(parts);
  return {
    name: "protecting env files",
    toolBefore: (call) => protection.handleToolBefore(call),
    toolAfter: ({ tool }, result) => {
      if (tool !== "grep" || typeof result.output !== "string") return;
      result.output = redactGrepOutput(result.output, (path) => protection.isEnvFile(path));
    },
  };
}
