import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { endOf } from "../../../test/run-typescript.ts";
import { cabinetWords, shellLine } from "./cabinet-words.ts";
import { specCheckout } from "./spec-checkout.ts";

const DOWN = "\u001B[B";
const ENTER = "\r";
const ESCAPE = "\u001B";
const END_OF_INPUT = "\u0004";

/** `cabinet planning switch` on a terminal of its own (script(1) of util-linux), stdout apart. */
function switchOnTerminal(dir: string): ChildProcess {
  const command = shellLine([...cabinetWords(), "planning", "switch"]);
  const line = `stty cols 80 rows 24; ${command} > stdout`;
  const { PATH = "" } = process.env;
  const env = { PATH, HOME: dir, TERM: "xterm", SHELL: "/bin/sh" };
  const child = spawn("script", ["-qec", line, "/dev/null"], { cwd: dir, env });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** Presses the keys once the question is on the screen. */
async function answer(child: ChildProcess, keys: string): Promise<number | null> {
  let screen = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    const isAsked = screen.includes("search");
    screen += text;
    if (!isAsked && screen.includes("search")) child.stdin?.write(keys);
  });
  const { code } = await endOf(child);
  expect(screen).toContain("Which spec is to be active?");
  return code;
}

// The terminal of other systems is made in another way.
test.skipIf(process.platform !== "linux")(
  "a spec is picked on a terminal, and stdout is for the result alone",
  async () => {
    const dir = await specCheckout("login", "search");
    expect(await answer(switchOnTerminal(dir), DOWN + ENTER)).toBe(0);
    expect(readFileSync(join(dir, ".planning/.active"), "utf8")).toBe("search\n");
    expect(readFileSync(join(dir, "stdout"), "utf8")).toBe("search is active.\n");

    for (const key of [ESCAPE, END_OF_INPUT]) {
      expect(await answer(switchOnTerminal(dir), key)).toBe(1);
      expect(readFileSync(join(dir, "stdout"), "utf8")).toBe("Nothing was changed.\n");
    }
    expect(readFileSync(join(dir, ".planning/.active"), "utf8")).toBe("search\n");
  },
);
