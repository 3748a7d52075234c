import { onTestFinished } from "vitest";

import type { Scenario } from "./scenario.ts";
import { soon } from "./scenario.ts";

/** `opencode serve`, and what a client of it asks for. */
export interface ServedClient {
  readonly request: (method: string, path: string, body?: object) => Promise<unknown>;
  readonly createSession: () => Promise<string>;
  /** Resolves when the agent is done. */
  readonly prompt: (session: string, text: string) => Promise<unknown>;
  readonly pid: number;
  /** Ends the server, by a signal: it knows no other way. */
  readonly end: () => Promise<unknown>;
}

const LIMIT_MILLISECONDS = 150_000;

export async function serve({ start, repository }: Scenario): Promise<ServedClient> {
  const { child, kill, ended } = start("serve", "--port", "0", "--hostname", "127.0.0.1");
  let said = "";
  child.stdout?.on("data", (text: string) => (said += text));
  const address = await soon(() => /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0], "its address");
  const request: ServedClient["request"] = async (method, path, body) => {
    const url = new URL(path, address);
    url.searchParams.set("directory", repository);
    const response = await fetch(url, {
      method,
      headers: { "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(LIMIT_MILLISECONDS),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  const end = async (): Promise<unknown> => {
    kill();
    return ended;
  };
  onTestFinished(() => void end());
  return {
    request,
    createSession: async () => {
      const session = await request("POST", "/session", {});
      if (typeof session === "object" && session !== null && "id" in session)
        return String(session.id);
      throw new Error("no session was created");
    },
    prompt: (session, text) =>
      request("POST", `/session/${session}/message`, { parts: [{ type: "text", text }] }),
    pid: child.pid ?? 0,
    end,
  };
}
