import { inspect } from "node:util";

import { textOf } from "./payload.ts";

/** Why something failed, and by what it is the same as another failure: its code, where it has one. */
export function reasonOf(error: unknown): { readonly text: string; readonly key: string } {
  const said: unknown = error instanceof Error ? error.message : error;
  // Not every object becomes a text by itself.
  const text = typeof said === "string" ? said : inspect(said);
  const code = textOf(error, "code");
  return { text: code === undefined ? text : `${text} (${code})`, key: code ?? text };
}
