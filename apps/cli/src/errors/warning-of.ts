import type { Warning } from "@x/registry-core";

import { isCoded, pathOf } from "./error-code.ts";

// Of the packages whose failures can be told so.
const PREFIXES = ["PLANNING_", "WORKSPACE_", "REGISTRY_"];

/**
 * A failure of a package as a warning, where what else there is to tell must not be hidden by it. Any other
 * error is thrown.
 */
export function warningOf(error: unknown, path: string): Warning {
  if (!isCoded(error) || !PREFIXES.some((prefix) => error.code.startsWith(prefix))) throw error;
  return { code: error.code, message: error.message, path: pathOf(error) ?? path };
}
