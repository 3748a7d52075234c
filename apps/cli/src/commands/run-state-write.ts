import { printable } from "@x/registry-core/text";

import { listOption, textOption, usageError } from "../arguments.ts";
import type { Command, Invocation } from "../command.ts";
import { changeRun } from "../runs/run-state-change.ts";
import { RUN_PLACE_OPTIONS, runPlace } from "../runs/run-state-folder.ts";

export const runStateWrite: Command = {
  synopsis: "[--field <name>=<value>]... [--section <heading> --body <text>]",
  example:
    "cabinet run-state write --field 'Current plan=02-1' --section Next --body 'Write the tests.'",
  arguments: 0,
  options: {
    ...RUN_PLACE_OPTIONS,
    field: {
      type: "string",
      value: "<name>=<value>",
      multiple: true,
      summary: "A line `name: value` of STATE.md; may be repeated",
    },
    section: { type: "string", value: "<heading>", summary: "A section of STATE.md" },
    body: { type: "string", value: "<text>", summary: "What is to stand in that section" },
  },
  run: async (invocation) => {
    const changes = { fields: fieldsOf(invocation), sections: sectionsOf(invocation) };
    const names = [...Object.keys(changes.fields), ...Object.keys(changes.sections)];
    if (names.length === 0) throw usageError("Nothing to write: give --field or --section.");
    const place = await runPlace(invocation);
    await changeRun(invocation, place, (run) => run.writeState(changes));
    return {
      data: { ...place, ...changes },
      text: () => printable(`Wrote ${names.join(", ")} to STATE.md.`),
    };
  },
};

function fieldsOf({ options }: Invocation): Record<string, string> {
  const fields = listOption(options, "field").map((text) => {
    const [, name = "", value = ""] = /^([^=]*[^=\s])\s*=\s*(.*)$/s.exec(text) ?? [];
    if (name === "") throw usageError(`"${text}" is no <name>=<value>.`);
    return [name.trim(), value] as const;
  });
  const again = fields.find(([name], index) => fields.findIndex(([one]) => one === name) < index);
  if (again !== undefined) throw usageError(`The field "${again[0]}" is given twice.`);
  return Object.fromEntries(fields);
}

function sectionsOf({ options }: Invocation): Record<string, string> {
  const heading = textOption(options, "section");
  const body = textOption(options, "body");
  if ((heading === undefined) !== (body === undefined)) {
    throw usageError("A section takes both, --section and --body.");
  }
  return heading === undefined || body === undefined ? {} : { [heading]: body };
}
