import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

import { expect, onTestFinished } from "vitest";

import { endOf } from "../../../../test/run-typescript.ts";
import { type ModelServer, startModelServer, type Turn } from "./model-server.ts";
import {
  type ClientRun,
  findClient,
  type PromptRequest,
  runArguments,
  type RunningClient,
  startClient,
} from "./run-client.ts";
import { createSandbox, type PluginEntry, type Sandbox, type SandboxOptions } from "./sandbox.ts";

const root = new URL("../../../../", import.meta.url);
/** The built plugin, as the client is told of a file. */
export const builtPlugin = new URL("apps/opencode-plugin/dist/index.js", root).href;
const cabinetPath = fileURLToPath(new URL("apps/cli/dist/code/cabinet.cjs", root));
// A client that has just been started is looked at, too.
const PATIENCE_MILLISECONDS = 90_000;
/** The real client; undefined where there is none for this platform. */
export const client = findClient();

export interface ScenarioOptions extends Omit<SandboxOptions, "modelUrl" | "plugins"> {
  readonly turns: readonly Turn[];
  /** Options of the plugin. */
  readonly options?: object;
  /** Instead of the built plugin alone. */
  readonly plugins?: readonly PluginEntry[];
}

export interface Scenario extends Sandbox {
  readonly server: ModelServer;
  /** One run of the client, to its end. */
  readonly run: (request: string | PromptRequest, place?: Place) => Promise<ClientRun>;
  /** One that goes on while the test does. */
  readonly start: (...args: readonly string[]) => RunningClient;
  /** `cabinet … --json`, in the repository: its whole answer. */
  readonly cabinet: (...args: readonly string[]) => Promise<CabinetAnswer>;
  /** The lines of the client's own log that are ours. */
  readonly log: () => string[];
  /** What the model was told last: the result of a tool, or a prompt. */
  readonly lastTold: () => string;
}

/** Where the client is started, below the repository. */
interface Place {
  readonly folder?: string;
}

interface CabinetAnswer {
  readonly ok: boolean;
  // A test looks at what it expects.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any;
  readonly warnings: readonly unknown[];
}

/** A sandbox with the plugin and a scripted model, gone when the test is over. */
export async function openScenario({
  turns,
  options,
  plugins,
  ...rest
}: ScenarioOptions): Promise<Scenario> {
  expect(existsSync(fileURLToPath(builtPlugin)), "the plugin is built").toBe(true);
  const server = await startModelServer(turns);
  onTestFinished(server.close);
  const entry: PluginEntry = options === undefined ? builtPlugin : [builtPlugin, options];
  const sandbox = createSandbox({ modelUrl: server.url, plugins: plugins ?? [entry], ...rest });
  onTestFinished(sandbox.destroy);
  const startIn = (args: readonly string[], { folder = "" }: Place = {}): RunningClient => {
    const repository = join(sandbox.repository, folder);
    const running = startClient(requireClient(), args, { ...sandbox, repository });
    onTestFinished(running.kill);
    return running;
  };
  return {
    ...sandbox,
    server,
    run: (request, place) => startIn(runArguments(request), place).ended,
    start: (...args) => startIn(args),
    cabinet: (...args) => cabinet(sandbox, args),
    log: () => ownLines(sandbox.data),
    lastTold: () => textIn(server.requests.at(-1)?.messages.at(-1)?.content),
  };
}

export function requireClient(): string {
  if (client === undefined) throw new Error("there is no client for this platform");
  return client;
}

async function cabinet(
  { repository, env }: Sandbox,
  args: readonly string[],
): Promise<CabinetAnswer> {
  const options = { cwd: repository, env, timeout: 60_000 };
  const child = spawn(process.execPath, [cabinetPath, ...args, "--json"], options);
  const { code, stdout, stderr } = await endOf(child);
  expect(code, `${stdout}${stderr}`).toBe(0);
  const answer: CabinetAnswer = JSON.parse(stdout);
  return answer;
}

function ownLines(data: string): string[] {
  const folder = join(data, "log");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"))
    .filter((line) => line.includes("cabinet: "));
}

function textIn(content: unknown): string {
  return typeof content === "string" ? content : JSON.stringify(content ?? "");
}

/** The path as the client is told of a plugin. */
export function pluginFile(path: string): string {
  return pathToFileURL(path).href;
}

/** What `look` finds, as soon as it finds something. */
export async function soon<T>(look: () => T | undefined, what: string): Promise<T> {
  const end = performance.now() + PATIENCE_MILLISECONDS;
  while (performance.now() < end) {
    const found = look();
    if (found !== undefined) return found;
    await wait(20);
  }
  throw new Error(`it did not come: ${what}`);
}

interface AgentInCopy {
  readonly id: string;
  readonly experience_points: number;
  readonly skill_points: number;
}

/** The agents in the copy for hosts, which each flush leaves behind; none before the first. */
export function agentsOf(database: string): readonly AgentInCopy[] {
  const path = `${database}.agents.json`;
  if (!existsSync(path)) return [];
  const copy: { agents: AgentInCopy[] } = JSON.parse(readFileSync(path, "utf8"));
  return copy.agents;
}

/** The hash of a commit; default the last one. */
export function commitAt(repository: string, name = "HEAD"): string {
  const command = ["rev-parse", "--verify", name];
  return execFileSync("git", command, { cwd: repository, encoding: "utf8" }).trim();
}
