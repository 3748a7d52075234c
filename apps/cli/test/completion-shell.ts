import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { onTestFinished, type TestContext } from "vitest";

import { isInstalled } from "../../../test/is-installed.ts";
import type { Shell } from "../src/completion/shells.ts";
import { cabinetWords, shellLine } from "./cabinet-words.ts";

const MARK = "CALLED WITH ";
// Then something is wrong, and the screen says what.
const LONGEST_ANSWER_MILLISECONDS = 60_000;
const READY = "READY> ";

/** How a session of each shell is started, with nobody's configuration, and what is typed there first. */
const SESSIONS: Readonly<Record<Shell, { readonly start: string; readonly first: string }>> = {
  bash: {
    start: "exec bash --norc --noprofile -i",
    first: "source <(cabinet completion bash)",
  },
  zsh: {
    start: "exec zsh -f -i",
    first: "autoload -Uz compinit; compinit -u -D; source <(cabinet completion zsh)",
  },
  fish: {
    start: `exec fish --no-config -i -C 'function fish_prompt; printf "${READY}"; end'`,
    first: "cabinet completion fish | source",
  },
};

/** A session of a shell on a terminal, in which `cabinet` completes from sources, and else only tells how it was called. */
export interface ShellSession {
  /** Types that and the return key, and gives the words with which a command that tells was called. */
  readonly type: (keys: string) => Promise<readonly string[]>;
}

/** Skips the test where there is no such shell, or no terminal to be had. */
export async function openShell(
  context: TestContext,
  shell: Shell,
  dir: string,
  home: string,
): Promise<ShellSession> {
  requirePrograms(context, shell);
  const bin = writePrograms(home);
  const { start, first } = SESSIONS[shell];
  const { PATH = "" } = process.env;
  const env = {
    PATH: `${bin}:${PATH}`,
    HOME: home,
    PS1: READY,
    TERM: "xterm",
    SHELL: "/bin/sh",
    LC_ALL: "C.UTF-8",
    INPUTRC: "/dev/null",
    HISTFILE: "/dev/null",
  };
  const line = `stty cols 200 rows 40; ${start}`;
  const child = spawn("script", ["-qec", line, "/dev/null"], { cwd: dir, env });
  onTestFinished(() => void child.kill("SIGKILL"));
  const screen = screenOf(child);
  await screen.waitFor(READY);
  const type = async (keys: string): Promise<readonly string[]> => {
    child.stdin?.write(`${keys}\r`);
    const [, words = ""] = /^([^\r\n]*)/.exec(await screen.waitFor(MARK, "\n")) ?? [];
    const parsed: string[] = JSON.parse(words);
    return parsed;
  };
  await type(`${first}; tell-words ready`);
  return { type };
}

function requirePrograms(context: TestContext, ...programs: readonly string[]): void {
  for (const name of [...programs, "script"]) {
    context.skip(!isInstalled(name), `${name} is not installed here`);
  }
}

/** A folder with `cabinet`, and with programs that tell how they were called. */
function writePrograms(home: string): string {
  const bin = join(home, "bin");
  mkdirSync(bin, { recursive: true });
  const script = `console.log(${JSON.stringify(MARK)} + JSON.stringify(process.argv.slice(1)))`;
  const tell = `exec '${process.execPath}' -e '${script}' -- "$@"`;
  const completing = `case $1 in complete|completion) exec ${shellLine(cabinetWords())} "$@";; esac`;
  const texts = { cabinet: `${completing}\n${tell}`, "tell-words": tell };
  for (const [name, text] of Object.entries(texts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

/** What a terminal shows, to be waited for. */
function screenOf(child: ChildProcess): {
  waitFor: (text: string, end?: string) => Promise<string>;
} {
  let unread = "";
  let onChange = (): void => undefined;
  let giveUp = (): void => undefined;
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    unread += text;
    onChange();
  });
  child.once("close", () => giveUp());
  const waitFor = (text: string, end = ""): Promise<string> =>
    new Promise((resolve, reject) => {
      giveUp = () => reject(new Error(`no ${JSON.stringify(text)} in ${JSON.stringify(unread)}`));
      const timer = setTimeout(() => giveUp(), LONGEST_ANSWER_MILLISECONDS);
      onChange = () => {
        const at = unread.indexOf(text);
        const after = unread.slice(at + text.length);
        if (at === -1 || !after.includes(end)) return;
        clearTimeout(timer);
        unread = after.slice(after.indexOf(end) + end.length);
        resolve(after);
      };
      onChange();
    });
  return { waitFor };
}
