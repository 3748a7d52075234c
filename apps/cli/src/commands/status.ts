import { existsSync } from "node:fs";
import { join } from "node:path";

import type { Roots } from "@x/registry-core/workspace";

import type { Command } from "../command.ts";
import { repositoryStanding } from "../status/repository-standing.ts";
import { statusPage } from "../status/status-page.ts";
import { TRACKER_OPTIONS } from "../tracker/tracker-path.ts";

/** Neither specs nor plans have a folder. */
function isBare({ checkout, plans }: Roots): boolean {
  return !existsSync(join(checkout.path, ".planning")) && !existsSync(join(plans.path, ".ai"));
}

export const status: Command = {
  synopsis: "[--session <id>]",
  example: "cabinet status --session ses_66d1a2b",
  arguments: 0,
  options: {
    session: {
      type: "string",
      value: "<id>",
      completes: "session",
      summary: "Whose plan to show; default CABINET_SESSION, else the last that was filed",
    },
    ...TRACKER_OPTIONS,
  },
  run: async (invocation) => {
    const standing = await repositoryStanding(invocation);
    return {
      data: standing,
      text: (style) => statusPage(standing, invocation.now(), style),
      ...(isBare(await invocation.roots()) && {
        hint: "Nothing is set up here yet: `cabinet init` does it.",
      }),
    };
  },
};
