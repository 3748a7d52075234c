import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { listPlans } from "@x/registry-core/session-plans";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import plugin from "../src/index.ts";

const sessionID = "ses_66d1a2b3c4d5AbCdEfGhIjKlMn";

function project(): string {
  const dir = temporaryFolder();
  mkdirSync(join(dir, ".ai"));
  mkdirSync(join(dir, "packages/one/.ai"), { recursive: true });
  writeFileSync(join(dir, ".ai/plan-demo.md"), "# Demo\n");
  writeFileSync(join(dir, "packages/one/.ai/plan-inner.md"), "# Inner\n");
  return dir;
}

const write = (filePath: unknown, tool = "write") => ({ tool, sessionID, args: { filePath } });

test("plans are filed where they were written: in the client's folder or at the checkout's top", async () => {
  const worktree = project();
  const directory = join(worktree, "packages/one");
  const hooks = await plugin.server({ directory, worktree });
  await hooks["tool.execute.after"](write(join(worktree, ".ai/plan-demo.md"), "edit"));
  await hooks["tool.execute.after"](write(".ai/plan-inner.md"));
  await hooks.dispose();
  expect(await listPlans(worktree)).toMatchObject([{ plan: "demo", sessionID }]);
  expect(await listPlans(directory)).toMatchObject([{ plan: "inner", sessionID }]);
});

test("other tools, other files and odd arguments are left alone", async () => {
  const directory = project();
  const hooks = await plugin.server({ directory, worktree: "/" });
  for (const call of [
    write(".ai/plan-demo.md", "read"),
    write("README.md"),
    write(undefined),
    { tool: "write", sessionID, args: null },
    { tool: "write", sessionID, args: undefined },
  ]) {
    await hooks["tool.execute.after"](call);
  }
  expect(await listPlans(directory)).toEqual([]);
});

test("a registry that cannot be used is one warning in the client's log, and the session goes on", async () => {
  const directory = project();
  mkdirSync(join(directory, ".ai/.session-plans.json"));
  const entries: unknown[] = [];
  const log = (entry: unknown): Promise<unknown> => {
    entries.push(entry);
    return Promise.reject(new Error("the log fails too"));
  };
  const hooks = await plugin.server({ directory, client: { app: { log } } });
  await hooks["tool.execute.after"](write(".ai/plan-demo.md"));
  await hooks.dispose();
  const message = expect.stringMatching(
    /^cabinet: a plan was not filed: WriteError: .*it is a directory$/,
  );
  expect(entries).toEqual([{ body: { service: "cabinet", level: "warn", message } }]);
});
