/**
 * What Cabinet uses of OpenCode's plugin interface, as observed in the client 1.18.33. Written
 * down structurally, because the published types promise fields that the client does not send.
 */
export interface PluginInput {
  /** Where the client was started. */
  readonly directory: string;
  /** The top of the git checkout; `/` without git. */
  readonly worktree?: string;
  readonly client?: Client;
}

/** Every part may be missing: a plugin's host may be an older or a newer client, or a test. */
export interface Client {
  readonly app?: { log?(entry: { body: LogEntry }): unknown } | undefined;
  readonly tui?: { showToast?(toast: { body: Toast }): unknown } | undefined;
}

/** A line of the client's log. */
export interface LogEntry {
  readonly service: string;
  readonly level: "info" | "warn" | "error";
  readonly message: string;
}

/** What the user is shown for a moment. */
export interface Toast {
  readonly title?: string;
  readonly message: string;
  readonly variant: "info" | "success" | "warning" | "error";
}

/** What `tool.execute.before` is told, with the arguments of its output. */
export interface ToolCall {
  readonly tool: string;
  readonly sessionID: string;
  readonly callID?: string;
  readonly args: unknown;
}

/** What a tool gave. What a hook puts into `output`, the model reads. */
export interface ToolResult {
  output?: unknown;
  readonly metadata?: unknown;
}

/** A slash command that somebody has given. */
export interface CommandCall {
  readonly command: string;
  readonly sessionID?: string;
  /** As typed; `opencode run` puts quotes around an argument with a space in it. */
  readonly arguments?: string;
}

/** What the model gets: parts of one message, of which those of type `text` are text. */
export interface CommandOutput {
  parts: { type: string; text?: string }[];
}

export interface ModelName {
  readonly providerID: string;
  readonly modelID: string;
}

export interface ChatMessage {
  readonly sessionID: string;
  readonly agent?: string | undefined;
  readonly model?: ModelName | undefined;
}

/** Agent and model stand here, whether or not the caller has named them. */
export interface ChatOutput {
  readonly message?: { readonly agent?: string; readonly model?: ModelName };
}

export interface ClientEvent {
  readonly type: string;
  readonly properties?: unknown;
}

export interface ClientConfig {
  command?: Record<string, { template: string; description?: string }>;
}

/** What a tool of a plugin is told of its call. */
export interface ToolContext {
  readonly sessionID: string;
}

export interface ToolDefinition {
  readonly description: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly execute: (args: unknown, context: ToolContext) => Promise<string>;
}

/** A command that a shell is going to run; without a session, that of a terminal which the user opens. */
export interface ShellCall {
  readonly sessionID?: string;
}

/** What is added to the environment of the command. */
export interface ShellEnvironment {
  readonly env?: Record<string, string>;
}

/** What the model is told of a tool; the client reads the schema back after the hook. */
interface ToolPresentation {
  jsonSchema?: unknown;
}

/**
 * The hooks. What one throws has a consequence: of `tool.execute.before`, the call is an error for the model; of
 * `shell.env` and `tool.execute.after` too, though the tool has run by the latter; of `chat.message`, the whole prompt fails. A promise of `event` is
 * not awaited by the client, all others are, without a limit.
 */
export interface Hooks {
  readonly config?: (config: ClientConfig) => Promise<void>;
  readonly event?: (input: { readonly event: ClientEvent }) => Promise<void>;
  readonly "chat.message"?: (message: ChatMessage, output?: ChatOutput) => Promise<void>;
  readonly "command.execute.before"?: (call: CommandCall, output: CommandOutput) => Promise<void>;
  readonly "tool.execute.before"?: (
    call: Omit<ToolCall, "args">,
    output: { readonly args: unknown },
  ) => Promise<void>;
  readonly "tool.execute.after"?: (call: ToolCall, output?: ToolResult) => Promise<void>;
  readonly "shell.env"?: (call: ShellCall, output?: ShellEnvironment) => Promise<void>;
  readonly "tool.definition"?: (
    tool: { readonly toolID: string },
    output: ToolPresentation,
  ) => Promise<void>;
  readonly tool?: Readonly<Record<string, ToolDefinition>>;
  readonly dispose?: () => Promise<void>;
}
