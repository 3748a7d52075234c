// `npm start`: installs, builds and shows what Cabinet does; `npm start -- <arguments>` runs the
// cabinet command in the folder where it was called.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { build, ensureInstalled, root, settingUpAlone } from "./workspace.mjs";

settingUpAlone(() => {
  ensureInstalled();
  build();
});
const args = process.argv.slice(2);
const program =
  args.length === 0
    ? ["--import", import.meta.resolve("tsx"), join(root, "scripts/demo.ts")]
    : [join(root, "apps/cli/dist/code/cabinet.cjs"), ...args];
const { status, signal } = spawnSync(process.execPath, program, {
  cwd: process.env["INIT_CWD"] ?? process.cwd(),
  stdio: "inherit",
});
process.exitCode = signal === null ? (status ?? 1) : 1;
