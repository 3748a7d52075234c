// The plugin with a part that throws wherever it can.
import { composeHooks } from "../../src/compose.ts";
import type { HookPart } from "../../src/hook-part.ts";
import type { Hooks, PluginInput } from "../../src/opencode.ts";

const fail = (): never => {
  throw new Error("on purpose");
};
const reject = (): Promise<never> => Promise.reject(new Error("on purpose"));

const part: Required<HookPart> = {
  name: "throwing",
  config: fail,
  event: reject,
  chatMessage: reject,
  commandBefore: fail,
  toolBefore: reject,
  toolAfter: fail,
  shellEnv: reject,
  tools: [],
  dispose: reject,
};

/** Its options are the program that flushes, as the plugin's build has it. */
export const composed = async (
  input: PluginInput,
  { flushChild }: { readonly flushChild: string },
): Promise<Hooks> =>
  composeHooks(input, {}, { env: process.env, flushCommand: [process.execPath, flushChild] }, [
    part,
  ]);
