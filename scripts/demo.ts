// The guided demo of `npm start`: the product's main job, with the real parts, in a temporary
// repository and home. Runs the built command and the built plugin.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { styleText } from "node:util";

import { startModelServer, type Turn } from "../apps/opencode-plugin/test/harness/model-server.ts";
import { findClient, runClient } from "../apps/opencode-plugin/test/harness/run-client.ts";
import { createSandbox, type Sandbox } from "../apps/opencode-plugin/test/harness/sandbox.ts";

const plugin = fileURLToPath(new URL("../apps/opencode-plugin/dist/index.js", import.meta.url));
const command = fileURLToPath(new URL("../apps/cli/dist/code/cabinet.cjs", import.meta.url));
const PLAN = "# Login\n\n1. Rate limit the form\n2. Lock out after ten failures\n";
const COMMIT = "git add .ai && git commit --quiet --message 'Plan the login'";
const OTHER_SESSION = "ses_66d1a2b3c4d5AbCdEfGhIjKlMn";

const turns: readonly Turn[] = [
  { tools: [{ name: "write", args: { filePath: ".ai/plan-login.md", content: PLAN } }] },
  { tools: [{ name: "bash", args: { command: COMMIT, description: "Commit the plan" } }] },
  { text: "The plan is in .ai/plan-login.md." },
];

const isColoured = process.stdout.isTTY && !process.env["NO_COLOR"];

function styled(style: "bold" | "cyan", text: string): string {
  return isColoured ? styleText(style, text) : text;
}

function say(text = ""): void {
  process.stdout.write(`${text}\n`);
}

function step(number: number, title: string): void {
  say(`\n${styled("bold", `${number}. ${title}`)}`);
}

/** Where a command runs. */
type Place = Pick<Sandbox, "repository" | "env">;

/** Runs the command as a person would, in a process of its own, and shows what it prints. */
function cabinet(place: Place, ...args: string[]): void {
  const status = tryCabinet(place, ...args);
  if (status !== 0) throw new Error(`cabinet ${args.join(" ")} ended with ${status}`);
}

/** The same for one that is to be refused. */
function refusedCabinet(place: Place, ...args: string[]): void {
  const status = tryCabinet(place, ...args);
  if (status !== 1) throw new Error(`cabinet ${args.join(" ")} ended with ${status}`);
}

function tryCabinet({ repository, env }: Place, ...args: string[]): number | null {
  say(styled("cyan", `$ cabinet ${args.join(" ")}`));
  const options = { cwd: repository, env, stdio: "inherit" } as const;
  return spawnSync(process.execPath, [command, ...args], options).status;
}

async function agentWritesPlan(sandbox: Sandbox): Promise<void> {
  const client = findClient();
  if (client === undefined) {
    say("OpenCode has no build for this platform here: the plan is written without an agent,");
    say("and filed with the command instead of by the plugin.");
    mkdirSync(join(sandbox.repository, ".ai"));
    writeFileSync(join(sandbox.repository, ".ai/plan-login.md"), PLAN);
    cabinet(sandbox, "plans", "adopt", "login", "--session", "ses_66d0demo");
    return;
  }
  say("The real OpenCode client runs, offline: a script on loopback plays the model.");
  say(styled("cyan", '$ opencode run "plan the login"'));
  const { code, sessionID, stderr } = await runClient(client, "plan the login", sandbox);
  if (code !== 0) throw new Error(`the client ended with ${code}: ${stderr}`);
  say(
    `session ${sessionID} wrote .ai/plan-login.md and committed it; the plugin filed it for that session`,
  );
}

async function twoWorktrees({ repository, env }: Sandbox): Promise<void> {
  const other = { repository: join(repository, "../payments"), env };
  const git = ["worktree", "add", "--quiet", "-b", "payments", other.repository];
  execFileSync("git", git, { cwd: repository, env, stdio: "inherit" });
  const work = ["lease", "run", "3", "--agent", "builder", "--", process.execPath];
  // An agent that works until nobody speaks to it any more.
  const agent = [...work, "-e", "process.stdin.resume()"];
  say(styled("cyan", "$ cabinet lease run 3 --agent builder -- <an agent at work>"));
  const holder = spawn(process.execPath, [command, ...agent], {
    cwd: repository,
    env,
    stdio: ["pipe", "inherit", "pipe"],
  });
  const ended = once(holder, "exit");
  try {
    const [words] = await Promise.race([once(holder.stderr, "data"), ended]);
    say(String(words).trimEnd());
    say("Meanwhile, in a worktree of its own, somebody else wants the same phase:");
    refusedCabinet(other, "lease", "grant", "3", "--agent", "payments");

    say(`\nThe first one is killed: kill -9 ${holder.pid}`);
    holder.kill("SIGKILL");
    await ended;
    cabinet(other, "registry-list");
    cabinet(other, "lease", "reclaim", "3", "--reason", "it was killed");
    cabinet(other, "lease", "grant", "3", "--agent", "payments");

    say("\nThe first one wakes up and wants to finish. It is fenced off:");
    refusedCabinet({ repository, env }, "lease", "close", "3", "--epoch", "1");
    cabinet({ repository, env }, "registry-list");
  } finally {
    holder.kill("SIGKILL");
    holder.stdin.end();
  }
}

const ROADMAP = `# Roadmap

- [x] **Phase 1: Sketch**
- [-] **Phase 2: Login form**
- [ ] **Phase 3: Payments**
`;

/** A spec is set up and activated; a phase is closed while another one is still being worked on. */
function specAndPhases(place: Place): void {
  const { repository } = place;
  mkdirSync(join(repository, "specs"));
  writeFileSync(join(repository, "specs/login.md"), "---\nname: login\n---\n\n# Login\n");
  writeFileSync(join(repository, ".planning/ROADMAP.md"), ROADMAP);
  cabinet(place, "planning", "setup", "--spec", "specs/login.md");
  cabinet(place, "planning", "activate", "login");
  cabinet(place, "planning", "update-branch", "--branch", "feat/login");

  say("\nPhase 2 is to be closed, while phase 3 still has an open lease, in the other worktree:");
  refusedCabinet(place, "closeout-report", "--phase", "2");
  say("The other one comes to its end:");
  cabinet(place, "lease", "close", "3");
  cabinet(place, "closeout-report", "--phase", "2");
  cabinet(place, "phase-status", "2", "done");

  say("\nWhoever comes next knows in one call where things stand:");
  cabinet(place, "planning", "status");
}

const tracker = new URL("../packages/tracker/dist/", import.meta.url);

/** A host of agents, as a plugin is one: it notes what they do, and never opens the database itself. */
const HOST = `
import { TrackingService, WriteBuffer } from ${JSON.stringify(new URL("index.js", tracker).href)};
import { Journal, journalFolderOf, SnapshotDatabase } from ${JSON.stringify(new URL("host/index.js", tracker).href)};
const database = new SnapshotDatabase();
const buffer = new WriteBuffer({ journal: new Journal(journalFolderOf(database.path)) });
const service = new TrackingService(database, buffer);
const agent = "build@anthropic/claude-sonnet-4";
for (let count = 0; count < 1000; count += 1) await service.trackToolUsage({ agentId: agent });
await service.commitCompleted(agent, "c0ffee", process.cwd(), "the login form");
process.stdout.write("noted\\n");
process.stdin.resume();
`;

/** What a host had noted when it was killed counts, once. */
async function killedHost(place: Place): Promise<void> {
  const { repository, env } = place;
  const host = spawn(process.execPath, ["--input-type=module", "--eval", HOST], {
    cwd: repository,
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(host, "exit");
  try {
    await Promise.race([once(host.stdout, "data"), ended]);
    say(
      `A host has noted 1000 tool calls and a commit of an agent; it is killed: kill -9 ${host.pid}`,
    );
  } finally {
    host.kill("SIGKILL");
    await ended;
  }
  cabinet(place, "tracker");
  cabinet(
    place,
    "tracker",
    "grade",
    "build@anthropic",
    "c0ffee",
    "--agent-grade",
    "2",
    "--user-grade",
    "5",
  );
  cabinet(place, "tracker", "compare");
}

async function demo(): Promise<void> {
  const server = await startModelServer(turns);
  const sandbox = createSandbox({ modelUrl: server.url, plugins: [pathToFileURL(plugin).href] });
  try {
    say(styled("bold", "Cabinet: the filing cabinet for coding agents"));
    say(`A git repository of its own: ${sandbox.repository}`);

    step(1, "An agent writes a plan");
    await agentWritesPlan(sandbox);

    step(2, "Another process reads it");
    cabinet(sandbox, "plans");

    step(3, "A plan that nobody filed is adopted for another session; both keep theirs");
    writeFileSync(join(sandbox.repository, ".ai/plan-search.md"), "# Search\n");
    cabinet(sandbox, "plans", "adopt", "search", "--session", OTHER_SESSION);
    cabinet(sandbox, "plans");

    step(4, "A registry damaged by a power cut is set aside, not overwritten");
    writeFileSync(join(sandbox.repository, ".ai/.session-plans.json"), Buffer.alloc(64));
    cabinet(sandbox, "plans", "adopt", "search", "--session", OTHER_SESSION);

    say("What the registry held is kept aside; until they are adopted, its plans are untracked.");
    cabinet(sandbox, "plans");

    step(5, "Two worktrees, one registry of leases: one holder, and who lost it is fenced off");
    await twoWorktrees(sandbox);

    step(6, "A spec is active, and a phase is closed when nothing stands in its way any more");
    specAndPhases(sandbox);

    step(7, "Every agent has a track record, which nothing can lose");
    if (findClient() !== undefined) {
      say("That of the agent in the client: a point for each tool, five for its commit.");
      cabinet(sandbox, "tracker", "commits", "build");
    }
    await killedHost(sandbox);

    say("\nIn your own repository: npm --silent --prefix <this folder> start -- plans");
  } finally {
    await server.close();
    sandbox.destroy();
  }
}

await demo();
