// What the hooks cost a session, all parts together, with a real journal, registry of leases and repository; beside
// hooks that do nothing. From sources, in Node; `bench/client.ts` measures the same in the real client.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";

import { grantLease } from "@x/registry-core/leases";

import { quantile } from "../../../packages/atomic-fs/bench/support/figures.ts";
import { withDiskFolder } from "../../../packages/lmdb-store/bench/support/places.ts";
import { printTargets } from "../../../packages/lmdb-store/bench/support/targets.ts";
import {
  type Contender,
  printFigures,
  takeTurns,
} from "../../../packages/lmdb-store/bench/support/turns.ts";
import { composeHooks } from "../src/compose.ts";
import type { Hooks } from "../src/opencode.ts";

const NOTHING = "a hook that does nothing";
const SESSION = "ses_66d1a2b3c4d5AbCdEfGhIjKlMn";
const TOOLS: Record<string, object> = {
  read: { filePath: "src/index.ts" },
  edit: { filePath: "src/index.ts", oldString: "one", newString: "two" },
  grep: { pattern: "compose", path: "src" },
  bash: {
    command: "npm test -- --grep 'the login form' && git status --short",
    description: "Test",
  },
};

function contendersOf(hooks: Required<Hooks>): Contender[] {
  const calls = Object.entries(TOOLS).flatMap(([tool, args]): Contender[] => {
    const call = { tool, sessionID: SESSION, callID: "call_1" };
    const result = { title: "", output: "done", metadata: { exit: 0 } };
    return [
      { name: `before ${tool}`, run: () => hooks["tool.execute.before"](call, { args }) },
      { name: `after ${tool}`, run: () => hooks["tool.execute.after"]({ ...call, args }, result) },
    ];
  });
  const event = { type: "message.part.delta", properties: { sessionID: SESSION, delta: "word" } };
  return [...calls, { name: "an event of a word", run: () => hooks.event({ event }) }];
}

async function measure(folder: string): Promise<void> {
  const directory = join(folder, "project");
  fs.mkdirSync(join(directory, "src"), { recursive: true });
  fs.writeFileSync(join(directory, "src/index.ts"), "one\n");
  execFileSync("git", ["init", "--quiet"], { cwd: directory });
  grantLease(directory, { phase_id: "3", agent_id: "somebody", write_set: ["docs/**"] });
  const options = { databasePath: join(folder, "agents.lmdb") };
  const hooks = composeHooks({ directory, worktree: directory }, options, {
    env: {},
    flushCommand: ["true"],
  });
  const model = { providerID: "anthropic", modelID: "claude-sonnet-4" };
  await hooks["chat.message"]({ sessionID: SESSION }, { message: { agent: "build", model } });
  const figures = await takeTurns(
    [{ name: NOTHING, run: async () => undefined }, ...contendersOf(hooks)],
    { rounds: 5_000, warmUp: 500 },
  );
  printFigures("A hook of the plugin", figures, NOTHING);
  const worst = Math.max(
    ...[...figures].map(([name, times]) => (name === NOTHING ? 0 : quantile(times, 0.99))),
  );
  printTargets([
    { what: "9, p99 of the slowest hook", figure: worst / 1000, limit: 1, unit: " ms" },
  ]);
  await hooks.dispose();
}

await withDiskFolder(measure);
