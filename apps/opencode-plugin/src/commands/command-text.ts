import type { CommandOutput } from "../opencode.ts";

/** The text that the model gets for a command, instead of its template. Files that came with it stay. */
export function setText(output: CommandOutput, text: string): void {
  const parts = Array.isArray(output.parts) ? output.parts : (output.parts = []);
  const others = parts.filter(({ type }) => type !== "text");
  parts.splice(0, parts.length, { type: "text", text }, ...others);
}

/** What was typed behind a command; `opencode run` puts quotes around an argument with a space in it. */
export function argumentText(typed: unknown): string {
  const text = typeof typed === "string" ? typed.trim() : "";
  const quoted = /^"(?<inner>[^"]*)"$/.exec(text) ?? /^'(?<inner>[^']*)'$/.exec(text);
  return (quoted?.groups?.["inner"] ?? text).trim();
}
