// Builds the package in the current folder: dist holds what src holds now, and nothing older.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));

rmSync("dist", { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, "--project", "tsconfig.build.json"], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;
