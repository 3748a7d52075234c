import { composeHooks } from "./compose.ts";
import type { Hooks, PluginInput } from "./opencode.ts";

export type { Hooks, LogClient, PluginInput, ToolCall } from "./opencode.ts";

/** The plugin: `id` names it to the client, `server` is called once per instance of the client. */
const plugin = {
  id: "cabinet",
  server: async (input: PluginInput): Promise<Hooks> => composeHooks(input),
};

export default plugin;
