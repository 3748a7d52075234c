import type { Command } from "../command.ts";
import { listAgents } from "../tracker/tracker-agent-list.ts";
import { TRACKER_OPTIONS } from "../tracker/tracker-path.ts";

export const tracker: Command = {
  synopsis: "",
  example: "cabinet tracker --json",
  arguments: 0,
  options: TRACKER_OPTIONS,
  run: listAgents,
};
