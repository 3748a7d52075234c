import {
  type ChildProcess,
  type ChildProcessByStdio,
  execFileSync,
  spawn,
  spawnSync,
} from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

import { COLUMNS } from "./screen-drawing.ts";
import { stableText } from "./stable-text.ts";
import { trackRecord } from "./track-record.ts";

/** A small project in which agents are at work, and one was killed. */
export interface Shop {
  /** What a terminal gets to draw, with the same paths and times whenever it runs. */
  readonly run: (args: readonly string[]) => string;
  readonly close: () => Promise<void>;
}

const command = fileURLToPath(new URL("../../apps/cli/dist/code/cabinet.cjs", import.meta.url));
// As long as the folder that people see instead, so that what is wrapped is wrapped at the same words.
const PARENT = "/tmp/s-";
const HOUR = 3_600_000;

const ROADMAP = `# Roadmap

- [x] **Phase 1: Catalogue**
- [-] **Phase 2: Login**
- [-] **Phase 3: Payments**
- [ ] **Phase 4: Search**
`;

export async function prepareShop(): Promise<Shop> {
  // Whose processes these are, people are told by name.
  execFileSync("hostname", ["nb"]);
  const folder = realpathSync(mkdtempSync(PARENT));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const place = placeIn(folder);
    const builder = await workIn(place, folder);
    const now = Date.now();
    backdate(place, now);
    return {
      run: (args) => stableText(onTerminal(place, args), { folder, now }),
      close: async () => {
        await end(builder);
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** All that has happened so far; gives the agent that is still at work. */
async function workIn(place: ShopPlace, folder: string): Promise<ChildProcess> {
  const payments = join(folder, "payments");
  mkdirSync(place.shop);
  git(place, "init", "--quiet", "--initial-branch=main");
  git(place, "commit", "--quiet", "--allow-empty", "--message=Begin");
  git(place, "worktree", "add", "--quiet", "-b", "payments", payments);
  planAndSpecify(place);
  const builder = await hold({ ...place, pid: 4711 }, "3", "builder");
  await end(await hold({ ...place, shop: payments, pid: 4790 }, "4", "scout"));
  const record = writeIn(place, "record.jsonl", trackRecord(place.shop));
  cabinet(place, "tracker", "import", record);
  rmSync(record);
  // What a process that was killed in the midst of a write has left.
  writeIn(place, ".ai/.session-plans.json.tmp.4633.1.5d0c7a21", "{");
  return builder;
}

/** Where, and in which environment, the commands run. */
interface ShopPlace {
  readonly shop: string;
  readonly env: Readonly<Record<string, string>>;
}

function placeIn(folder: string): ShopPlace {
  const { PATH = "" } = process.env;
  const author = { GIT_AUTHOR_NAME: "Me", GIT_AUTHOR_EMAIL: "me@example.com" };
  const committer = { GIT_COMMITTER_NAME: "Me", GIT_COMMITTER_EMAIL: "me@example.com" };
  const terminal = { TERM: "xterm-256color", SHELL: "/bin/sh" };
  const env = { PATH, HOME: join(folder, ".home"), ...author, ...committer, ...terminal };
  return { shop: join(folder, "shop"), env };
}

function planAndSpecify(place: ShopPlace): void {
  cabinet(place, "init", "--skip-opencode");
  writeIn(place, ".planning/ROADMAP.md", ROADMAP);
  for (const name of ["login", "payments"]) {
    const file = writeIn(place, `specs/${name}.md`, `---\nname: ${name}\n---\n\n# ${name}\n`);
    cabinet(place, "planning", "setup", "--spec", file);
  }
  cabinet(place, "planning", "activate", "login");
  cabinet(place, "planning", "update-branch", "--branch", "feat/login");
  cabinet(place, "run-state", "checkpoint", "--plan", "02-1", "--task", "3", "--of", "8");
  for (const name of ["login", "checkout", "search"]) {
    writeIn(place, `.ai/plan-${name}.md`, `# ${name}\n`);
  }
  cabinet(place, "plans", "adopt", "checkout", "--session", "ses_66b2f4a1c8d7KqWnRtYpLsXvZbM");
  cabinet(place, "plans", "set-status", "executed", "--plan", "checkout");
  cabinet(place, "plans", "adopt", "login", "--session", "ses_66d1a2b3c4d5AbCdEfGhIjKlMn");
}

/** Brings what was just done to the times at which such things are done. */
function backdate({ shop }: ShopPlace, now: number): void {
  const ago = (hours: number): string => new Date(now - hours * HOUR).toISOString();
  const replaceTimes = (file: string, key: string, hours: readonly number[]): void => {
    const path = join(shop, file);
    const times = [...hours];
    const pattern = new RegExp(`("${key}": ?)"[^"]*"`, "g");
    const text = readFileSync(path, "utf8").replaceAll(
      pattern,
      (_, start: string) => `${start}"${ago(times.shift() ?? hours.at(-1) ?? 0)}"`,
    );
    writeFileSync(path, text);
  };
  replaceTimes(".planning/.local/registry.json", "granted_at", [2.5, 5.5]);
  replaceTimes(".ai/.session-plans.json", "createdAt", [7.5, 7.5, 3.5]);
}

/** Runs an agent under a lease, in a process of that number, which waits for its input to end. */
async function hold(place: NumberedPlace, phase: string, agent: string): Promise<ChildProcess> {
  // It says that it has begun: from then on, nothing is started there that could get the next number.
  const work = ["sh", "-c", "echo begun; exec cat"];
  const line = [process.execPath, command, "lease", "run", phase, "--agent", agent, "--", ...work];
  const child = await startNumbered(place, line);
  await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  if (child.exitCode !== null) throw new Error(`no lease of phase ${phase} was granted`);
  return child;
}

interface NumberedPlace extends ShopPlace {
  readonly pid: number;
}

const MOST_ATTEMPTS = 20;

/** Starts a command in a process of that number: it waits for its word until it is known to have got that. */
async function startNumbered(
  { shop, env, pid }: NumberedPlace,
  line: readonly string[],
): Promise<ChildProcessByStdio<Writable, Readable, null>> {
  const words = ["-c", 'read -r word && exec "$@"', "sh", ...line];
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    writeFileSync("/proc/sys/kernel/ns_last_pid", String(pid - 1));
    const child = spawn("sh", words, { cwd: shop, env, stdio: ["pipe", "pipe", "ignore"] });
    if (child.pid === pid) {
      child.stdin.write("go\n");
      return child;
    }
    child.stdin.end();
    await once(child, "exit");
  }
  throw new Error(`another process has the number ${pid}`);
}

async function end(holder: ChildProcess): Promise<void> {
  const exited = once(holder, "exit");
  holder.kill("SIGKILL");
  await exited;
  holder.stdin?.end();
}

function cabinet({ shop, env }: ShopPlace, ...args: readonly string[]): void {
  execFileSync(process.execPath, [command, ...args], { cwd: shop, env, stdio: "pipe" });
}

function git({ shop, env }: ShopPlace, ...args: readonly string[]): void {
  const isolated = { ...env, GIT_CONFIG_NOSYSTEM: "1" };
  execFileSync("git", args, { cwd: shop, env: isolated, stdio: "pipe" });
}

function writeIn({ shop }: ShopPlace, path: string, text: string): string {
  const file = join(shop, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** By script(1) of util-linux, which makes a terminal. */
function onTerminal({ shop, env }: ShopPlace, args: readonly string[]): string {
  const words = [process.execPath, command, ...args].map((word) => `'${word}'`).join(" ");
  const line = `stty cols ${COLUMNS} rows 50; exec ${words}`;
  const { stdout, error } = spawnSync("script", ["-qec", line, "/dev/null"], {
    cwd: shop,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 30_000,
  });
  if (error !== undefined) throw error;
  return stdout;
}
