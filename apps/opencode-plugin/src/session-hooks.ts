import type { HookPart } from "./hook-part.ts";
import { fieldOf, textOf } from "./payload.ts";
import { identityOf, type Session, type Sessions } from "./sessions.ts";

/** Learns from the client's events who works in which session, and who has started it. Goes before all others. */
export function createSessionHooks(sessions: Sessions): HookPart {
  return {
    name: "sessions",
    event: ({ type, properties }) => {
      if (type === "session.created" || type === "session.updated") {
        learn(sessions, fieldOf(properties, "info"));
      } else if (type === "session.error") {
        const id = textOf(properties, "sessionID");
        if (id !== undefined) sessions.hearOf(id).hasFailed = true;
      }
    },
    chatMessage: (input, output) => {
      const id = textOf(input, "sessionID");
      if (id === undefined) return;
      const session = sessions.hearOf(id);
      session.hasFailed = false;
      const message = fieldOf(output, "message");
      // The message has them, whether or not the caller has named them.
      if (!identify(session, message)) identify(session, input);
    },
  };
}

function learn(sessions: Sessions, info: unknown): void {
  const id = textOf(info, "id");
  if (id === undefined) return;
  const session = sessions.hearOf(id);
  const parentID = textOf(info, "parentID");
  if (parentID !== undefined) session.parentID = parentID;
  // It is said again with each message, of which the message itself is to be trusted.
  if (session.identity !== undefined) return;
  identify(session, info);
}

/** By the agent and the model that are named there; false: they are not. */
function identify(session: Session, named: unknown): boolean {
  const model = fieldOf(named, "model");
  const agent = textOf(named, "agent");
  const providerID = textOf(model, "providerID");
  const modelID = textOf(model, "modelID") ?? textOf(model, "id");
  if (agent === undefined || providerID === undefined || modelID === undefined) return false;
  session.identity = identityOf(agent, { providerID, modelID });
  return true;
}
