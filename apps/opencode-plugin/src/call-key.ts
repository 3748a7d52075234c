import type { ToolCall } from "./opencode.ts";

/** By which a call is known again when it has run. */
export function callKey({ sessionID, callID = "" }: ToolCall): string {
  return `${sessionID} ${callID}`;
}
