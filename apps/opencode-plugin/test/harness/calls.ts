import type { Turn } from "./model-server.ts";

/** What a model may ask for: calls of the client's own tools. */
export type Call = NonNullable<Turn["tools"]>[number];

export function write(filePath: string, content: string): Call {
  return { name: "write", args: { filePath, content } };
}

export function edit(filePath: string, oldString: string, newString: string): Call {
  return { name: "edit", args: { filePath, oldString, newString } };
}

export function bash(command: string): Call {
  return { name: "bash", args: { command, description: "As the script says" } };
}

/** Commits all there is, quietly. */
export function commits(message: string): Call {
  return bash(`git add --all && git commit --quiet --message "${message}"`);
}

/** A subagent gets the prompt; the next turns are its, until it says something. */
export function task(prompt: string): Call {
  return { name: "task", args: { description: "A part", prompt, subagent_type: "general" } };
}
