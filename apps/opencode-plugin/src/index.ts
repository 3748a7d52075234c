import { fileURLToPath } from "node:url";

import { composeHooks } from "./compose.ts";
import { onlyOnce } from "./only-once.ts";
import type { Hooks, PluginInput } from "./opencode.ts";

// Beside this file in what is published; `process.execPath` is the client, which has a Bun inside.
const flushChild = fileURLToPath(new URL("flush-child.js", import.meta.url));

/** The plugin: `id` names it to the client, `server` is called once per instance of the client. */
const plugin = {
  id: "cabinet",
  server: async (input: PluginInput, options?: unknown): Promise<Required<Hooks>> =>
    onlyOnce(input, () =>
      composeHooks(input, options, {
        env: process.env,
        flushCommand: [process.execPath, flushChild],
      }),
    ),
};

export default plugin;
