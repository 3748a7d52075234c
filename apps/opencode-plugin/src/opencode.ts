/**
 * What Cabinet uses of OpenCode's plugin interface, as observed in the client 1.18.33. Written
 * down structurally, because the published types promise fields that the client does not send.
 */
export interface PluginInput {
  /** Where the client was started. */
  readonly directory: string;
  /** The top of the git checkout; `/` without git. */
  readonly worktree?: string;
  readonly client?: LogClient;
}

export interface LogClient {
  readonly app: {
    log(entry: {
      body: { service: string; level: "warn" | "error"; message: string };
    }): Promise<unknown>;
  };
}

export interface ToolCall {
  readonly tool: string;
  readonly sessionID: string;
  readonly args: unknown;
}

/** A hook that throws turns a tool call that has already run into an error for the model. */
export interface Hooks {
  readonly "tool.execute.after": (call: ToolCall) => Promise<void>;
  readonly dispose: () => Promise<void>;
}
