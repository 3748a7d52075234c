import type { HookPart } from "./hook-part.ts";
import { textOf } from "./payload.ts";

/** Tells what an agent runs in a shell whose session it is: `cabinet status` shows the plan of that. */
export function createShellHooks(): HookPart {
  return {
    name: "telling shells their session",
    shellEnv: (call, { env }) => {
      const id = textOf(call, "sessionID");
      if (id !== undefined && env !== undefined) env["CABINET_SESSION"] = id;
    },
  };
}
