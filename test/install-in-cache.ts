import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { withFileLockSync } from "../packages/atomic-fs/src/index.ts";
import { root } from "../scripts/workspace.mjs";

const LONGEST_INSTALLATION_MILLISECONDS = 300_000;

/**
 * A folder with these npm packages, which only some need, and which are too large for everybody's installation.
 * The first call installs them, without their scripts, for all who work in this checkout.
 */
export function installInCache(name: string, specs: readonly string[]): string {
  const folder = join(root, "node_modules/.cache", name);
  mkdirSync(dirname(folder), { recursive: true });
  // Two may want them at once.
  withFileLockSync(folder, () => install(folder, specs), {
    timeoutMilliseconds: LONGEST_INSTALLATION_MILLISECONDS,
  });
  return folder;
}

function install(folder: string, specs: readonly string[]): void {
  const receipt = join(folder, "installed");
  if (existsSync(receipt) && readFileSync(receipt, "utf8") === specs.join("\n")) return;
  // What a killed installation has left is not built upon.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
  // npm is a script that only a shell finds on Windows; the arguments here are all our own.
  const shell = process.platform === "win32";
  execFileSync("npm", [...args, ...specs], { cwd: folder, stdio: "pipe", shell });
  writeFileSync(receipt, specs.join("\n"));
}
