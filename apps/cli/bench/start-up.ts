// How long whole commands take, as somebody waits for them who has typed them: the command as it is published, beside
// Node that does nothing and others of this field. In turns, so that a change of the machine's speed meets all.
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { withDiskFolder } from "../../../packages/lmdb-store/bench/support/places.ts";
import { printTargets } from "../../../packages/lmdb-store/bench/support/targets.ts";
import {
  type Contender,
  printFigures,
  ratioOf,
  takeTurns,
} from "../../../packages/lmdb-store/bench/support/turns.ts";
import { installInCache } from "../../../test/install-in-cache.ts";

const NOTHING = "node -e 0";
const ROUNDS = Number(process.env["ROUNDS"] ?? 60);
const cabinet = fileURLToPath(new URL("../dist/code/cabinet.cjs", import.meta.url));

/** A project of the ordinary size: some plans, some leases, a spec. */
function prepare(project: string, env: NodeJS.ProcessEnv): void {
  const run = (...args: string[]): void => {
    execFileSync(process.execPath, [cabinet, ...args], { cwd: project, env, stdio: "pipe" });
  };
  fs.mkdirSync(join(project, ".ai"), { recursive: true });
  fs.mkdirSync(join(project, "specs"));
  execFileSync("git", ["init", "--quiet"], { cwd: project });
  for (const number of [1, 2, 3, 4, 5]) {
    fs.writeFileSync(join(project, `.ai/plan-part-${number}.md`), `# Part ${number}\n`);
    run("plans", "adopt", `part-${number}`, "--session", `ses_66d1a2b3c4d${number}AbCdEfGhIjKlMn`);
    run("lease", "grant", String(number), "--agent", "builder", "--write", `src/${number}/**`);
  }
  fs.writeFileSync(join(project, "specs/login.md"), "---\nname: login\n---\n\n# Login\n");
  run("planning", "setup", "--spec", "specs/login.md");
  run("planning", "activate", "login");
}

/** Undefined where they cannot be installed: without a network, or for another platform. */
function rivalCommands(): Record<string, readonly string[]> {
  try {
    const folder = installInCache("rivals", ["backlog.md@1.52.0", "@fission-ai/openspec@1.13.2"]);
    const backlog = join(folder, "node_modules/backlog.md/cli.js");
    const openspec = join(folder, "node_modules/@fission-ai/openspec/bin/openspec.js");
    return {
      "backlog --version": [backlog, "--version"],
      "backlog task list": [backlog, "task", "list", "--plain"],
      "openspec --version": [openspec, "--version"],
      "openspec list": [openspec, "list"],
    };
  } catch (error) {
    process.stdout.write(
      `The others are left out: they could not be installed: ${String(error)}\n`,
    );
    return {};
  }
}

function contendersOf(
  commands: Readonly<Record<string, readonly string[]>>,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Contender[] {
  return Object.entries(commands).map(([name, args]) => ({
    name,
    run: () => {
      const { status, stderr } = spawnSync(process.execPath, args, { cwd, env });
      if (status !== 0) throw new Error(`${name} failed: ${String(stderr)}`);
    },
  }));
}

await withDiskFolder(async (folder) => {
  const project = join(folder, "project");
  const home = join(folder, "home");
  fs.mkdirSync(home);
  fs.mkdirSync(project);
  const { PATH = "" } = process.env;
  const env = { PATH, HOME: home, OPENSPEC_TELEMETRY: "0", DO_NOT_TRACK: "1" };
  prepare(project, env);
  const rivals = rivalCommands();
  if ("openspec list" in rivals) {
    fs.mkdirSync(join(project, "openspec/changes"), { recursive: true });
    const [backlog = ""] = rivals["backlog task list"] ?? [];
    const flags = ["init", "bench", "--defaults", "--integration-mode", "none"];
    execFileSync(process.execPath, [backlog, ...flags], { cwd: project, env, stdio: "pipe" });
  }
  const ours = {
    "cabinet --version": [cabinet, "--version"],
    "cabinet plans": [cabinet, "plans"],
    "cabinet registry-list": [cabinet, "registry-list"],
    "cabinet planning status": [cabinet, "planning", "status"],
    "cabinet status": [cabinet, "status"],
    "cabinet tracker": [cabinet, "tracker"],
    "cabinet --help": [cabinet, "--help"],
  };
  const commands = { [NOTHING]: ["-e", "0"], ...ours, ...rivals };
  const figures = await takeTurns(contendersOf(commands, project, env), {
    rounds: ROUNDS,
    warmUp: 3,
  });
  printFigures(`${ROUNDS} rounds`, figures, NOTHING);
  const target = (name: string, limit: number) => ({
    what: `8, ${name} to ${NOTHING}`,
    figure: ratioOf(figures, name, NOTHING),
    limit,
  });
  printTargets([
    target("cabinet --version", 1.1),
    target("cabinet plans", 1.1),
    target("cabinet registry-list", 1.1),
    target("cabinet planning status", 1.35),
  ]);
});
