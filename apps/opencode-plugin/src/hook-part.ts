import type { AgentTool } from "./agent-tool.ts";
import type {
  ChatMessage,
  ChatOutput,
  ClientConfig,
  ClientEvent,
  CommandCall,
  CommandOutput,
  ShellCall,
  ShellEnvironment,
  ToolCall,
  ToolResult,
} from "./opencode.ts";

type Work = void | Promise<void>;

/**
 * One concern of the plugin, by the client's hooks. It may throw: what is no `Refusal` is one warning that begins
 * with its name, and the other parts go on.
 */
export interface HookPart {
  /** As it stands in a warning: "<name> failed". */
  readonly name: string;
  readonly config?: (config: ClientConfig) => Work;
  readonly event?: (event: ClientEvent) => Work;
  readonly chatMessage?: (message: ChatMessage, output: ChatOutput) => Work;
  readonly commandBefore?: (call: CommandCall, output: CommandOutput) => Work;
  /** The only one that may refuse. */
  readonly toolBefore?: (call: ToolCall) => Work;
  readonly toolAfter?: (call: ToolCall, result: ToolResult) => Work;
  readonly shellEnv?: (call: ShellCall, output: ShellEnvironment) => Work;
  readonly tools?: readonly AgentTool[];
  readonly dispose?: () => Work;
}
