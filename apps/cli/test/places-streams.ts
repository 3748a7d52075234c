import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { endOf } from "../../../test/run-typescript.ts";
import { checkout } from "./checkout.ts";
import { preparedPlace } from "./golden/prepared-place.ts";
import { KIND } from "./golden/texts.ts";
import { type Program, runInShell } from "./places-program.ts";

const LIMIT_MILLISECONDS = 120_000;
const COMMANDS = [["plans"], ["lease", "list", "--json"], ["tracker"], ["doctor"]];
/** The lines of text of a plan that is nearly as long as one may be. */
const LINES = Array.from({ length: 60_000 }, (_, number) => `line ${number} ok`);

/** That what is printed comes to whoever takes it, and that it is said where nobody can. */
export function testStreams({ words }: Program): void {
  test.each(COMMANDS.map((command) => [command.join(" "), command] as const))(
    "cabinet %s fails where its result cannot be printed, and not where nobody wants it",
    async (_, command) => {
      const { dir, env } = await preparedPlace(KIND);
      const run = (line: string) => runInShell(line, [...words, ...command], { cwd: dir, env });
      const usual = await run('"$@"');
      expect(await run('exec "$@" >/dev/full')).toMatchObject({
        code: 1,
        stdout: "",
        stderr: expect.stringMatching(/^error: The result could not be printed: ENOSPC.*\.$/m),
      });
      // Node opens what is closed as if it were /dev/null.
      expect(await run('exec "$@" >&-')).toEqual({ ...usual, stdout: "" });
      expect(await run('exec "$@" <&-')).toEqual(usual);
      expect((await run('exec "$@" 2>&-')).stdout).toBe(usual.stdout);
      const head = await run('{ "$@"; echo "$?" >&2; } | head -1');
      expect(head).toMatchObject({
        stdout: `${usual.stdout.split("\n")[0]}\n`,
        stderr: `${usual.stderr}${usual.code}\n`,
      });
    },
  );

  test("a reader that has seen enough of a long text is no failure", async () => {
    const { dir, env } = longPlan();
    const show = [...words, "plans", "show", "long"];
    const line = '{ "$@"; echo "$?" >&2; } | head -1';
    const { stdout, stderr } = await runInShell(line, show, { cwd: dir, env });
    expect([stdout.split("\n").length, stderr]).toEqual([2, "0\n"]);
  });

  test("a reader that is slow gets all of a long text, by a pipe and by a socket", async () => {
    const { dir, env } = longPlan();
    const show = [...words, "plans", "show", "long"];
    const line = '"$@" | dd bs=700 status=none';
    const piped = await runInShell(line, show, { cwd: dir, env });
    expect(linesOf(piped.stdout)).toEqual(LINES);
    const child = spawn(show[0] ?? "", show.slice(1), {
      cwd: dir,
      env,
      timeout: LIMIT_MILLISECONDS,
    });
    // It is full before anybody reads.
    await new Promise((resolve) => child.stdout.once("readable", resolve));
    const { code, stdout } = await endOf(child);
    expect([code, linesOf(stdout).length]).toEqual([0, LINES.length]);
  });
}

function longPlan(): { readonly dir: string; readonly env: Readonly<Record<string, string>> } {
  const dir = checkout([]);
  writeFileSync(join(dir, ".ai/plan-long.md"), LINES.join("\n"));
  return { dir, env: { PATH: process.env["PATH"] ?? "", HOME: dir } };
}

function linesOf(printed: string): string[] {
  return printed.split("\n").filter((line) => line.startsWith("line "));
}
