import type { Command } from "../command.ts";
import { repositoryStanding } from "../status/repository-standing.ts";
import { statusPage } from "../status/status-page.ts";
import { TRACKER_OPTIONS } from "../tracker-path.ts";

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
    return { data: standing, text: (style) => statusPage(standing, invocation.now(), style) };
  },
};
