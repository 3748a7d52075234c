import type { HostPayload } from "@x/tracker";

import type { HookPart } from "../hook-part.ts";
import { fieldOf, textOf } from "../payload.ts";
import type { Identity, Sessions } from "../sessions.ts";
import type { TrackRecord } from "./track-record.ts";

export interface TrackingParts {
  readonly record: TrackRecord;
  readonly sessions: Sessions;
  /** The project that is worked on: its top folder. */
  readonly project: string;
  /** Where the client was started. */
  readonly directory: string;
}

// By this one the client answers a call of a tool that there is not, or with wrong arguments.
const INVALID = "invalid";
// A server may live for weeks.
const MOST_BEGUN = 5_000;

/**
 * Notes what agents do: tools and commands that succeeded earn points. What is noted is applied when a session is
 * idle or deleted, and at the end.
 */
export function createTrackingHooks({
  record,
  sessions,
  project,
  directory,
}: TrackingParts): HookPart {
  const { service } = record;
  const begun = new Set<string>();
  const payloadOf = ({ agentId, name, model }: Identity): HostPayload => {
    return { agentId, agent: { id: agentId, name, model, scope: project } };
  };
  const begin = async (sessionID: string): Promise<void> => {
    const identity = sessions.identityOf(sessionID);
    const key = `${sessionID} ${identity?.agentId}`;
    if (identity === undefined || begun.has(key)) return;
    // To begin again is to be seen again, and nothing more.
    if (begun.size >= MOST_BEGUN) begun.clear();
    begun.add(key);
    await service.initializeSessionTracking({ ...payloadOf(identity), id: sessionID });
  };
  const endSession = async (sessionID: string): Promise<void> => {
    const identity = sessions.identityOf(sessionID);
    sessions.forget(sessionID);
    for (const key of begun) if (key.startsWith(`${sessionID} `)) begun.delete(key);
    if (identity !== undefined) {
      await record.finishSession({ ...payloadOf(identity), id: sessionID });
    }
  };
  void record.begin(directory);
  return {
    name: "tracking",
    chatMessage: ({ sessionID }) => begin(sessionID),
    toolAfter: ({ tool, sessionID }, { metadata }) => {
      const identity = sessions.identityOf(sessionID);
      // To look at one's own points earns none.
      if (identity === undefined || tool === INVALID || tool.startsWith("cabinet_")) return;
      return service.trackToolUsage({ ...payloadOf(identity), tool }, { metadata });
    },
    event: ({ type, properties }) => {
      if (type === "session.idle") return record.flushSoon();
      if (type === "session.deleted") {
        const id = textOf(fieldOf(properties, "info"), "id") ?? textOf(properties, "sessionID");
        return id === undefined ? undefined : endSession(id);
      }
      if (type !== "command.executed") return;
      const session = sessions.find(textOf(properties, "sessionID") ?? "");
      if (session?.identity === undefined || session.hasFailed) return;
      return service.trackCommandCompletion(payloadOf(session.identity));
    },
    dispose: () => record.close(),
  };
}
