// As cabinet.ts, by a user who owns nothing: permissions mean nothing to root.
import { COMMANDS } from "../../src/command-table.ts";
import { runCabinet } from "../../src/run-cabinet.ts";

const NOBODY = 65_534;

// What is loaded later may lie where that user cannot read.
await Promise.all([...COMMANDS.map(({ load }) => load()), import("@x/registry-core/workspace")]);
if (process.getuid?.() === 0) {
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
await runCabinet();
