// As cabinet.ts, by a user who owns nothing: permissions mean nothing to root. Where root cannot
// become that user, or that user cannot come here, it ends with 77 and has not run the command.
import { accessSync, constants } from "node:fs";

import { COMMANDS } from "../../src/command-table.ts";
import { runCabinet } from "../../src/run-cabinet.ts";

const NOBODY = 65_534;

// What is loaded later may lie where that user cannot read.
await Promise.all([...COMMANDS.map(({ load }) => load()), import("@x/registry-core/workspace")]);
if (process.getuid?.() === 0) dropPrivileges();
await runCabinet();

function dropPrivileges(): void {
  const here = process.cwd();
  try {
    process.setgid?.(NOBODY);
    process.setuid?.(NOBODY);
    accessSync(here, constants.R_OK | constants.X_OK);
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
    process.exit(77);
  }
}
