import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

import { expect, test } from "vitest";

import { grantLease } from "@x/registry-core/leases";

import { endOf } from "../../../test/run-typescript.ts";
import { login, registryOf } from "./busy-checkout.ts";
import { cabinetWords, shellLine } from "./cabinet-words.ts";
import { checkout, SESSION, writeRegistryText } from "./checkout.ts";
import { terminalWidth } from "./terminal-width.ts";

/** What a terminal of that width gets to draw, by script(1) of util-linux. */
async function drawn(dir: string, columns: number, env: Record<string, string> = {}) {
  const line = `stty cols ${columns} rows 24; ${shellLine([...cabinetWords(), "status"])}`;
  const { PATH = "" } = process.env;
  const child = spawn("script", ["-qec", line, "/dev/null"], {
    cwd: dir,
    env: { PATH, HOME: dir, TERM: "xterm", SHELL: "/bin/sh", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
  });
  const { code, stdout } = await endOf(child);
  expect(code).toBe(0);
  return stdout.trimEnd().split("\r\n");
}

/** Wide letters, and what acts on a terminal, wherever an agent could have written them. */
function writtenByAgents(): string {
  const dir = checkout(["計画"]);
  const odd = { ...login, plan: "計画", createdAt: "\u001b[2J\r" };
  writeRegistryText(dir, registryOf({ [SESSION]: odd }));
  mkdirSync(join(dir, ".planning"));
  writeFileSync(join(dir, ".planning/.active"), "\u001b]0;owned\u0007\n");
  grantLease(dir, {
    phase_id: "3",
    agent_id: "エージェント\u001b[31m",
    branch_name: "機能/\u202eログイン",
    worktree_path: dir,
    ttl_ms: 1,
  });
  return dir;
}

// The terminal of other systems is made in another way.
test.skipIf(process.platform !== "linux")(
  "on a terminal the page is a box of its width, in colours that NO_COLOR and a dumb one take away",
  async () => {
    const dir = writtenByAgents();
    for (const columns of [100, 40]) {
      const rows = await drawn(dir, columns);
      expect(rows[0]).toContain("\u001b[2m╭─\u001b[22m \u001b[1mWhat is wrong");
      const letters = rows.map(stripVTControlCharacters);
      expect(letters.map(terminalWidth)).toEqual(rows.map(() => columns));
      expect(letters.join("")).not.toMatch(/[\p{Cc}\u202e]/u);
    }
    const plain = await drawn(dir, 100, { NO_COLOR: "1" });
    expect(plain.join("")).not.toContain("\u001b");
    expect(await drawn(dir, 100, { TERM: "dumb" })).toEqual(plain);
    const narrow = await drawn(dir, 20, { NO_COLOR: "1" });
    expect(narrow[0]).toBe("What is wrong");
    expect(Math.max(...narrow.map(terminalWidth))).toBeLessThanOrEqual(20);
  },
);
