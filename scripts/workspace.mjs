// What the root scripts share: which packages there are, and how to run the tools of the workspace
// on a machine that has only Node, npm and git.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** @typedef {{ quiet?: boolean }} RunOptions */

const installedStamp = join(root, "node_modules/.installed");

/** The folders of all packages, relative to the root. */
export function packageFolders() {
  return ["packages", "apps"].flatMap((kind) =>
    readdirSync(join(root, kind)).map((name) => `${kind}/${name}`),
  );
}

/**
 * The manifest of the package in that folder (relative to the root; "." is the root's own).
 *
 * @param {string} folder
 * @returns {{ name: string, packageManager?: string, private?: boolean, exports?: object,
 *   dependencies?: Record<string, string>, devDependencies?: Record<string, string> }}
 */
export function readManifest(folder) {
  return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
}

/**
 * Runs the work while no other process sets this checkout up: agents start several at once. The lock
 * of a process that is gone is taken over. (The lock of @x/atomic-fs would have to be built first.)
 *
 * @param {() => void} work
 */
export function settingUpAlone(work) {
  const lock = join(root, ".setup-lock");
  const nap = new Int32Array(new SharedArrayBuffer(4));
  while (!takeSetupLock(lock)) Atomics.wait(nap, 0, 0, 100);
  const release = () => rmSync(lock, { force: true });
  process.once("exit", release);
  work();
  release();
  process.off("exit", release);
}

/** @param {string} lock */
function takeSetupLock(lock) {
  // Written beside it first: whoever is killed here leaves no lock without an owner.
  const own = `${lock}.${process.pid}`;
  try {
    writeFileSync(own, String(process.pid));
    linkSync(own, lock);
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    rmSync(own, { force: true });
  }
  try {
    process.kill(Number(readFileSync(lock, "utf8")), 0);
  } catch (error) {
    // ESRCH: its process is gone. ENOENT: it was given back meanwhile. Else it is at work.
    const isGone = error instanceof Error && "code" in error && error.code === "ESRCH";
    if (isGone) rmSync(lock, { force: true });
  }
  return false;
}

/** Installs the dependencies that the lock file names, unless that has been done. */
export function ensureInstalled() {
  const wanted = installationKey();
  const isComplete = packageFolders().every(
    (folder) =>
      readManifest(folder).dependencies === undefined ||
      existsSync(join(root, folder, "node_modules")),
  );
  const isCurrent = existsSync(installedStamp) && readFileSync(installedStamp, "utf8") === wanted;
  if (isComplete && isCurrent) return;
  process.stderr.write("Installing (the first time takes about half a minute) …\n");
  runPnpm(["install", "--frozen-lockfile", "--prefer-offline"]);
  writeFileSync(installedStamp, wanted);
}

/** Builds every package whose sources have changed since. */
export function build() {
  const turbo = join(root, "scripts/turbo.mjs");
  run(process.execPath, [turbo, "run", "build", "--output-logs=errors-only"], { quiet: true });
}

/**
 * Runs pnpm in the version that the workspace names: the installed one, else (to install it)
 * fetched by npm.
 *
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function runPnpm(args, options) {
  const installed = join(root, "node_modules/pnpm/bin/pnpm.cjs");
  if (existsSync(installed)) return run(process.execPath, [installed, ...args], options);
  const { packageManager = "pnpm" } = readManifest(".");
  return runNpm(["exec", "--yes", `--package=${packageManager}`, "--", "pnpm", ...args], options);
}

/**
 * Runs npm, the one that started this process where there is one.
 *
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function runNpm(args, options) {
  const npm = process.env["npm_execpath"];
  if (npm?.endsWith("npm-cli.js")) run(process.execPath, [npm, ...args], options);
  else run("npm", args, options);
}

// turbo looks for pnpm on the path.
process.env["PATH"] = join(root, "node_modules/.bin") + delimiter + (process.env["PATH"] ?? "");

/**
 * Runs a command in the root, its output on stderr, and ends this process when it fails. A quiet
 * one says something only then.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function run(command, args, { quiet = false } = {}) {
  // Who asked npm to be silent did not mean the reason for a failure.
  const level = process.env["npm_config_loglevel"] === "silent" ? "error" : undefined;
  const { status, error, output } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...(level && { npm_config_loglevel: level }) },
    stdio: quiet ? "pipe" : ["inherit", process.stderr, process.stderr],
    // npm is a script that only a shell finds on Windows; the arguments here are all our own.
    shell: process.platform === "win32" && command === "npm",
  });
  if (error !== undefined) throw error;
  if (status === 0) return;
  if (quiet) for (const chunk of output) process.stderr.write(chunk ?? "");
  process.exit(status ?? 1);
}

/** Changes whenever an installation would. */
function installationKey() {
  const files = ["pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc", "package.json"].concat(
    packageFolders().map((folder) => `${folder}/package.json`),
  );
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\n`);
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest("hex");
}
