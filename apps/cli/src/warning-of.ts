import type { Warning } from "@x/registry-core";

/**
 * A failure of a package as a warning, where what else there is to tell must not be hidden by it. Any other
 * error is thrown.
 */
export function warningOf(error: unknown, path: string): Warning {
  if (!isTyped(error)) throw error;
  return { code: error.code, message: error.message, path: error.path ?? path };
}

const PREFIXES = ["PLANNING_", "WORKSPACE_", "REGISTRY_"];

function isTyped(error: unknown): error is Error & { code: string; path?: string } {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string")
    return false;
  const { code } = error;
  return PREFIXES.some((prefix) => code.startsWith(prefix));
}
