import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { textOf } from "../../src/payload.ts";

/** A home and a git repository of its own for one client, which reaches nothing but loopback. */
export interface Sandbox {
  readonly base: string;
  readonly repository: string;
  /** The client's own folder for data: its log is in `log/` there. */
  readonly data: string;
  /** The track record of the sandbox's user, unless an option says otherwise. */
  readonly database: string;
  readonly env: NodeJS.ProcessEnv;
  readonly destroy: () => void;
}

export interface SandboxOptions {
  /** The base address of the model server. */
  readonly modelUrl: string;
  /** Entries of the client's `plugin` configuration. */
  readonly plugins: readonly PluginEntry[];
  /** The model's name: the client offers other tools to models with `gpt-` in it. */
  readonly model?: string;
  /** More of the client's configuration. */
  readonly config?: object;
  /** Files of the repository, committed, by their path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Whether the repository has an `origin` to push to. */
  readonly hasRemote?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

/** What is loaded, and the options for it. */
export type PluginEntry = string | readonly [string, object];

// The discard port: whatever is not loopback meets a proxy that is not there.
const NO_PROXY_THERE = "http://127.0.0.1:9";

export function createSandbox(options: SandboxOptions): Sandbox {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "cabinet-client-")));
  const repository = join(base, "repository");
  const env = { ...sandboxEnv(base), ...options.env };
  for (const folder of ["repository", "home", "tmp", "xdg/cache", "xdg/data", "xdg/state"]) {
    mkdirSync(join(base, folder), { recursive: true });
  }
  writeConfig(join(base, "xdg/config/opencode"), options);
  writeFileSync(join(base, "models.json"), "{}");
  createRepository(repository, env, options);
  return {
    base,
    repository,
    data: join(base, "xdg/data/opencode"),
    database: join(base, "home/.config/opencode/agent-tracker.lmdb"),
    env,
    destroy: () => removeFolder(base),
  };
}

/** A flush that a client has left to a child may be at its end there. */
function removeFolder(folder: string): void {
  const until = performance.now() + 10_000;
  for (;;) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      const isBusy = textOf(error, "code") === "ENOTEMPTY";
      if (!isBusy || performance.now() > until) throw error;
    }
  }
}

function sandboxEnv(base: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    LANG: "C.UTF-8",
    TERM: "dumb",
    NO_COLOR: "1",
    TMPDIR: join(base, "tmp"),
    HOME: join(base, "home"),
    XDG_CONFIG_HOME: join(base, "xdg/config"),
    XDG_DATA_HOME: join(base, "xdg/data"),
    XDG_CACHE_HOME: join(base, "xdg/cache"),
    XDG_STATE_HOME: join(base, "xdg/state"),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    HTTP_PROXY: NO_PROXY_THERE,
    HTTPS_PROXY: NO_PROXY_THERE,
    NO_PROXY: "127.0.0.1,localhost",
    npm_config_registry: `${NO_PROXY_THERE}/`,
    OPENCODE_MODELS_PATH: join(base, "models.json"),
    OPENCODE_DISABLE_MODELS_FETCH: "1",
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_SHARE: "1",
    OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
    OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
    OPENCODE_DISABLE_CLAUDE_CODE: "1",
    OPENCODE_DISABLE_EXTERNAL_SKILLS: "1",
  };
}

function writeConfig(
  folder: string,
  { modelUrl, plugins, model = "scripted", config = {} }: SandboxOptions,
): void {
  const description = {
    name: "Scripted",
    tool_call: true,
    limit: { context: 200_000, output: 8_192 },
    cost: { input: 0, output: 0 },
  };
  const provider = {
    npm: "@ai-sdk/openai-compatible",
    name: "Scripted",
    options: { baseURL: modelUrl, apiKey: "none" },
    models: { [model]: description },
  };
  writeJson(join(folder, "opencode.json"), {
    autoupdate: false,
    share: "disabled",
    snapshot: false,
    lsp: false,
    formatter: false,
    model: `local/${model}`,
    small_model: `local/${model}`,
    enabled_providers: ["local"],
    provider: { local: provider },
    permission: "allow",
    plugin: plugins,
    ...config,
  });
  // The client installs this package into its folder before it loads plugins, unless it is named
  // in a lock file already; offline that would take more than a minute.
  const dependencies = { "@opencode-ai/plugin": "*" };
  mkdirSync(join(folder, "node_modules"));
  writeJson(join(folder, "package.json"), { dependencies });
  writeJson(join(folder, "package-lock.json"), {
    lockfileVersion: 3,
    packages: { "": { dependencies } },
  });
}

function writeJson(path: string, value: object): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(value));
}

function createRepository(
  folder: string,
  env: NodeJS.ProcessEnv,
  { files = {}, hasRemote = false }: SandboxOptions,
): void {
  const git = (...args: string[]): void => {
    execFileSync("git", args, { cwd: folder, env, stdio: "pipe" });
  };
  git("init", "--quiet", "--initial-branch", "main");
  git("config", "user.name", "Demo");
  git("config", "user.email", "demo@example.invalid");
  for (const [name, text] of Object.entries({ "README.md": "# Demo\n", ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  git("add", "--all", "--force");
  git("commit", "--quiet", "--message", "Start");
  if (!hasRemote) return;
  const remote = `${folder}.git`;
  git("init", "--quiet", "--bare", remote);
  git("remote", "add", "origin", remote);
}
