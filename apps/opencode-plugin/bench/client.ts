// The real client with the plugin and without it, run in turns: how long a session takes that uses twenty tools, how
// long one takes that uses none, and, from inside the client, what loading the plugin and each of its hooks cost.
import fs from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { printTable, quantile } from "../../../packages/atomic-fs/bench/support/figures.ts";
import { printTargets } from "../../../packages/lmdb-store/bench/support/targets.ts";
import { type Contender, takeTurns } from "../../../packages/lmdb-store/bench/support/turns.ts";
import { startModelServer, type Turn } from "../test/harness/model-server.ts";
import { findClient, runClient } from "../test/harness/run-client.ts";
import { createSandbox, type PluginEntry } from "../test/harness/sandbox.ts";

const ROUNDS = 12;
const plugin = new URL("../dist/index.js", import.meta.url);
const client = findClient();

const read: Turn = { tools: [{ name: "read", args: { filePath: "README.md" } }] };
const shell: Turn = {
  tools: [{ name: "bash", args: { command: "true", description: "Nothing" } }],
};
const SCRIPTS: Record<string, readonly Turn[]> = {
  "no tools": [{ text: "done" }],
  "20 tools": [...Array.from({ length: 10 }, () => [read, shell]).flat(), { text: "done" }],
};

/** A plugin around ours that measures it from inside. */
const TIMED = `
import fs from "node:fs";
const before = performance.now();
const { default: plugin } = await import(${JSON.stringify(plugin.href)});
const figures = { load: [performance.now() - before], hook: [], own: [] };
export default { id: "timed", server: async (input) => {
  const start = performance.now();
  const hooks = await plugin.server(input);
  figures.compose = [performance.now() - start];
  const timed = (hook) => async (...args) => {
    const start = performance.now();
    const done = hook(...args);
    figures.own.push(performance.now() - start);
    try { return await done; } finally { figures.hook.push(performance.now() - start); }
  };
  const wrapped = { ...hooks };
  for (const name of ["config", "event", "chat.message", "tool.execute.before", "tool.execute.after"]) {
    wrapped[name] = timed(hooks[name]);
  }
  return { ...wrapped, dispose: async () => {
    const start = performance.now();
    await hooks.dispose();
    figures.dispose = [performance.now() - start];
    fs.appendFileSync(process.env.TIMED_FILE, JSON.stringify(figures) + "\\n");
  } };
} };
`;

async function session(
  turns: readonly Turn[],
  plugins: readonly PluginEntry[],
  file = "",
): Promise<() => Promise<void>> {
  if (client === undefined) throw new Error("there is no client for this platform");
  const server = await startModelServer(turns);
  const sandbox = createSandbox({ modelUrl: server.url, plugins, env: { TIMED_FILE: file } });
  return async () => {
    try {
      const { code, stderr } = await runClient(client, "work", sandbox);
      if (code !== 0) throw new Error(`the client ended with ${code}: ${stderr}`);
    } finally {
      await server.close();
      sandbox.destroy();
    }
  };
}

function contender(
  name: string,
  turns: readonly Turn[],
  plugins: readonly PluginEntry[],
): Contender {
  let run: (() => Promise<void>) | undefined;
  return {
    name,
    prepare: async () => (run = await session(turns, plugins)),
    run: () => run?.(),
  };
}

if (client !== undefined) {
  const names = Object.entries(SCRIPTS);
  const figures = await takeTurns(
    names.flatMap(([name, turns]) => [
      contender(`${name}, without`, turns, []),
      contender(`${name}, with`, turns, [plugin.href]),
    ]),
    { rounds: ROUNDS, warmUp: 1 },
  );
  const shown = (share: number, times: readonly number[]): string =>
    (quantile(times, share) / 1000).toFixed(0);
  printTable("A session in the real client, milliseconds", [
    ["", "lowest", "median", "highest"],
    ...[...figures].map(([name, times]) => [
      name,
      shown(0, times),
      shown(0.5, times),
      shown(0.999, times),
    ]),
  ]);

  const folder = fs.mkdtempSync(
    join(fileURLToPath(new URL("../node_modules", import.meta.url)), ".bench-"),
  );
  const [file, timed] = [join(folder, "figures.jsonl"), join(folder, "timed.mjs")];
  fs.writeFileSync(timed, TIMED);
  for (let round = 0; round < 5; round += 1) {
    await (
      await session(SCRIPTS["20 tools"] ?? [], [timed], file)
    )();
  }
  const lines = fs.readFileSync(file, "utf8").trim().split("\n");
  const measured = lines.map((line): Record<string, number[]> => JSON.parse(line));
  fs.rmSync(folder, { recursive: true });
  const rows = ["load", "compose", "own", "hook", "dispose"].map((name) => {
    const times = measured.flatMap((one) => one[name] ?? []);
    return [
      name,
      ...[0.5, 0.99].map((share) => quantile(times, share).toFixed(3)),
      String(times.length),
    ];
  });
  printTable("The plugin in the real client, milliseconds", [
    ["", "median", "p99", "times"],
    ...rows,
  ]);
  // What it holds the client up by itself. Behind that, the client goes on with all that it has to do.
  const own = measured.flatMap((one) => one["own"] ?? []);
  const figure = quantile(own, 0.99);
  printTargets([{ what: "9, p99 of a hook in the client", figure, limit: 1, unit: " ms" }]);
}
