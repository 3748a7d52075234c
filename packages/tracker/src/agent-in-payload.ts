import type { AgentIdentity } from "./agent.ts";

/** What a host hands over: nothing of it is taken for granted. */
export type Payload = unknown;

/** Whose payload it is: `agentId`, or `agent.id`; undefined: nobody's. */
export function agentIdIn(...payloads: readonly Payload[]): string | undefined {
  for (const payload of payloads) {
    const id = textAt(payload, "agentId") ?? textAt(fieldOf(payload, "agent"), "id");
    if (id !== undefined) return id;
  }
  return undefined;
}

/** What the payload says of the agent, apart from its id. */
export function identityIn(payload: Payload): Partial<AgentIdentity> | undefined {
  const agent = fieldOf(payload, "agent");
  const name = textAt(agent, "name");
  const model = textAt(agent, "model") ?? textAt(payload, "model");
  const scope =
    textAt(agent, "scope") ?? textAt(payload, "projectPath") ?? textAt(payload, "directory");
  const identity = {
    ...(name !== undefined && { name }),
    ...(model !== undefined && { model }),
    ...(scope !== undefined && { scope }),
  };
  return Object.keys(identity).length === 0 ? undefined : identity;
}

/** Whether it says that it did not succeed. A host that says nothing tells of what succeeded. */
export function hasFailed(payload: Payload): boolean {
  const exit = fieldOf(fieldOf(payload, "metadata"), "exit");
  const isBadExit = exit !== undefined && exit !== null && exit !== 0;
  const error = fieldOf(payload, "error");
  return (
    fieldOf(payload, "success") === false || (error !== undefined && error !== null) || isBadExit
  );
}

function fieldOf(payload: Payload, name: string): unknown {
  if (typeof payload !== "object" || payload === null) return undefined;
  return Object.hasOwn(payload, name) ? Reflect.get(payload, name) : undefined;
}

/** A text that is not empty, and well-formed: of half characters no agent has its name. */
export function textAt(payload: Payload, name: string): string | undefined {
  const text = fieldOf(payload, name);
  return typeof text === "string" && text !== "" && text.isWellFormed() ? text : undefined;
}
