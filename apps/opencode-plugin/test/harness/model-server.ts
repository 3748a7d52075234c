import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** What the scripted model answers to one request of the agent: text, or calls of tools. */
export interface Turn {
  readonly text?: string;
  readonly tools?: readonly { readonly name: string; readonly args: object }[];
  /** The model says nothing more, and does not end. */
  readonly hangs?: boolean;
  /** The model is not there: the turn fails. */
  readonly fails?: boolean;
}

/** What the client has sent with a request of the agent. */
interface ModelRequest {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools: readonly unknown[];
}

export interface ModelServer {
  /** The base address for an OpenAI-compatible provider, on loopback. */
  readonly url: string;
  /** How many turns of the script were asked for. */
  readonly turnsUsed: () => number;
  /** The requests of the agent, in their order. */
  readonly requests: readonly ModelRequest[];
  readonly close: () => Promise<void>;
}

const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

/**
 * A model server that follows a script: each request that offers tools gets the next turn, and
 * "done" after the last. Requests without tools are the client's own (titles) and use up none.
 */
export async function startModelServer(turns: readonly Turn[]): Promise<ModelServer> {
  let used = 0;
  const requests: ModelRequest[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const isAgent = (body.tools?.length ?? 0) > 0;
      const turn = isAgent ? (turns[used] ?? { text: "done" }) : { text: "Title" };
      if (isAgent) {
        used += 1;
        requests.push({ messages: body.messages ?? [], tools: body.tools ?? [] });
      }
      if (turn.fails === true) response.writeHead(400).end('{"error":{"message":"scripted"}}');
      else stream(response, turn, `call-${used}`);
    });
  });
  // The client may use a connection again just when it is closed for it.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    turnsUsed: () => used,
    requests,
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Partial<ModelRequest>> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += String(chunk);
  const body: Partial<ModelRequest> = JSON.parse(text === "" ? "{}" : text);
  return body;
}

/** One answer in the form of chat completion chunks, as server-sent events. */
function stream(response: ServerResponse, { text, tools = [], hangs }: Turn, id: string): void {
  const created = Math.floor(Date.now() / 1000);
  const chunk = { id, object: "chat.completion.chunk", created, model: "scripted" };
  const send = (choices: object[], more: object = {}): void => {
    response.write(`data: ${JSON.stringify({ ...chunk, choices, ...more })}\n\n`);
  };
  const delta = (value: object, finish: string | null = null): void => {
    send([{ index: 0, delta: value, finish_reason: finish }]);
  };
  response.writeHead(200, { "content-type": "text/event-stream" });
  delta({ role: "assistant", content: text ?? "" });
  tools.forEach(({ name, args }, index) => {
    const call = { name, arguments: JSON.stringify(args) };
    delta({ tool_calls: [{ index, id: `${id}-${index}`, type: "function", function: call }] });
  });
  if (hangs === true) return;
  delta({}, tools.length > 0 ? "tool_calls" : "stop");
  send([], { usage: USAGE });
  response.end("data: [DONE]\n\n");
}
