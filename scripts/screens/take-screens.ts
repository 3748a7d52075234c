// Runs in namespaces of its own, see screens.ts. Argument: the folder for the pictures.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { prepareShop } from "./prepared-shop.ts";
import { drawingOf } from "./screen-drawing.ts";

/** Each with its sentence for those who cannot see it. */
const SCREENS = {
  status: "What is wrong, the active spec, the last plan, the open leases and who holds them.",
  doctor: "What is wrong, each with the command that looks into it and what --fix does about it.",
  "tracker compare": "Three set-ups with their commits, grades, bugs, levels and scores.",
  "tracker status build@anthropic": "One agent: its level, its score over time as a row of blocks.",
  plans: "Three plans, their status and the sessions that they belong to.",
  "lease list": "Leases of two worktrees: one holder is alive, and one is dead.",
} as const;

const [folder = ""] = process.argv.slice(2);
const shop = await prepareShop();
try {
  mkdirSync(folder, { recursive: true });
  for (const [line, description] of Object.entries(SCREENS)) {
    const printed = shop.run(line.split(" "));
    const name = line.replace(/ [^ ]*@.*/, "").replaceAll(" ", "-");
    const drawing = drawingOf({ command: `cabinet ${line}`, description, printed });
    writeFileSync(join(folder, `${name}.svg`), drawing);
  }
} finally {
  await shop.close();
}
