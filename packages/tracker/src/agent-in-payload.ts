import type { AgentIdentity } from "./records/agent.ts";

/** What a host says of an agent. */
export interface HostAgent {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly model?: string | undefined;
  /** The project that it works on. */
  readonly scope?: string | undefined;
}

/**
 * What a host hands over: what was done, what came of it, or a session. Read are these fields alone, and only where they
 * have the type that is meant; an object may have more of them, as those of OpenCode have. Whose it is says `agentId`,
 * or `agent.id`: without one nothing is recorded.
 */
export interface HostPayload {
  readonly agentId?: string | undefined;
  /** A text, as OpenCode has it, is the name of no single agent, and not read. */
  readonly agent?: HostAgent | string | null | undefined;
  /** A text; where `agent` names none. */
  readonly model?: unknown;
  /** Where `agent` names no scope, this is it, or `directory`. */
  readonly projectPath?: string | undefined;
  readonly directory?: string | undefined;
  /** False: it has failed. */
  readonly success?: boolean | undefined;
  /** Anything but null: it has failed. */
  readonly error?: unknown;
  /** An `exit` in it that is not 0: it has failed. */
  readonly metadata?: unknown;
  /** Of a session; else `sessionID`. */
  readonly id?: string | undefined;
  readonly sessionID?: string | undefined;
  /** Of a session, for its retrospective. */
  readonly task?: string | undefined;
  readonly note?: string | undefined;
  /** Not read, as all that follows. */
  readonly tool?: string | undefined;
  readonly callID?: string | undefined;
  readonly args?: unknown;
  readonly command?: string | undefined;
  readonly arguments?: unknown;
  readonly title?: string | undefined;
  readonly output?: unknown;
}

/** Whose payload it is: `agentId`, or `agent.id`; undefined: nobody's. */
export function agentIdIn(...payloads: readonly unknown[]): string | undefined {
  for (const payload of payloads) {
    const id = textAt(payload, "agentId") ?? textAt(fieldOf(payload, "agent"), "id");
    if (id !== undefined) return id;
  }
  return undefined;
}

/** What the payload says of the agent, apart from its id. */
export function identityIn(payload: unknown): Partial<AgentIdentity> | undefined {
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
export function hasFailed(payload: unknown): boolean {
  const exit = fieldOf(fieldOf(payload, "metadata"), "exit");
  const isBadExit = exit !== undefined && exit !== null && exit !== 0;
  const error = fieldOf(payload, "error");
  return (
    fieldOf(payload, "success") === false || (error !== undefined && error !== null) || isBadExit
  );
}

function fieldOf(payload: unknown, name: string): unknown {
  if (typeof payload !== "object" || payload === null) return undefined;
  return Object.hasOwn(payload, name) ? Reflect.get(payload, name) : undefined;
}

/** A text that is not empty, and well-formed: of half characters no agent has its name. */
export function textAt(payload: unknown, name: string): string | undefined {
  const text = fieldOf(payload, name);
  return typeof text === "string" && text !== "" && text.isWellFormed() ? text : undefined;
}
