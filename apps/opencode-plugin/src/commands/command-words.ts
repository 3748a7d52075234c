import type { ShellWord } from "../shell/shell-commands.ts";

/** The words without redirections and here-documents. */
export function argumentsOf(words: readonly ShellWord[]): readonly ShellWord[] {
  return words.filter(({ kind }) => kind === "argument");
}

/** The name of the command, of a path its last part, without `.exe`. */
export function commandName([first]: readonly ShellWord[]): string {
  const text = first?.text ?? "";
  // Most have neither, and each command is asked for its name several times.
  if (!/[\\/.]/.test(text)) return text;
  return text.replace(/^.*[\\/]/s, "").replace(/\.exe$/i, "");
}

interface Prefix {
  /** Its options that take the next word for their value. */
  readonly values: string;
  /** How many of its operands stand before the command. */
  readonly operands?: number;
  /** Its options after which the command runs in another folder. */
  readonly elsewhere?: RegExp;
}

// Commands that run the command in their arguments.
const PREFIXES: ReadonlyMap<string, Prefix> = new Map([
  ["builtin", { values: "" }],
  ["caffeinate", { values: "" }],
  ["command", { values: "" }],
  ["doas", { values: "-u -C" }],
  ["env", { values: "-u --unset -C --chdir", elsewhere: /^(?:-C|--chdir)/ }],
  ["exec", { values: "-a" }],
  ["ionice", { values: "-c -n" }],
  ["nice", { values: "-n" }],
  ["nohup", { values: "" }],
  ["setsid", { values: "" }],
  ["stdbuf", { values: "-i -o -e" }],
  [
    "sudo",
    {
      values: "-u -g -h -p -C -T -D -R -r -t --user --group --chdir",
      elsewhere: /^(?:-D|--chdir|-i)/,
    },
  ],
  ["time", { values: "-f -o" }],
  ["timeout", { values: "-k -s --kill-after --signal", operands: 1 }],
  ["xargs", { values: "-a -d -E -I -L -n -P -s --arg-file --delimiter --max-args --max-procs" }],
]);

const ASSIGNMENT = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/;

/**
 * The command itself: its name and arguments, without assignments and without what runs it (`env A=b`,
 * `sudo -u somebody`, `timeout 5`); and whether that has it run in another folder.
 */
export function commandArguments(words: readonly ShellWord[]): {
  readonly words: readonly ShellWord[];
  readonly isElsewhere: boolean;
} {
  let place = 0;
  let isElsewhere = false;
  for (;;) {
    while (ASSIGNMENT.test(words[place]?.text ?? "")) place += 1;
    const prefix = PREFIXES.get(commandName(words.slice(place, place + 1)));
    if (prefix === undefined) return { words: words.slice(place), isElsewhere };
    const values = new Set(prefix.values.split(" "));
    place += 1;
    for (let text = words[place]?.text; text?.startsWith("-"); text = words[place]?.text) {
      if (prefix.elsewhere?.test(text) === true) isElsewhere = true;
      place += values.has(text) ? 2 : 1;
      if (text === "--") break;
    }
    place += prefix.operands ?? 0;
  }
}

const SHELLS = new Set("sh bash zsh dash ksh ash".split(" "));

/** The text that a shell is given to run, as in `bash -lc "text"` or `eval text`. */
export function shellText(words: readonly ShellWord[]): string | undefined {
  const name = commandName(words);
  if (name === "eval") return textsOf(words.slice(1)).join(" ");
  if (!SHELLS.has(name)) return undefined;
  let hasText = false;
  for (let place = 1; place < words.length; place += 1) {
    const text = words[place]?.text ?? "";
    if (!/^[-+]./.test(text)) return hasText ? text : undefined;
    if (/^-[A-Za-z]*c[A-Za-z]*$/.test(text)) hasText = true;
    if (/^(?:[-+][A-Za-z]*[oO]|--rcfile|--init-file)$/.test(text)) place += 1;
  }
  return undefined;
}

const INTERPRETERS =
  /^(?:sh|bash|zsh|dash|ksh|ash|node|bun|deno|python[\d.]*|perl|ruby|php|lua|osascript|pwsh|source|\.)$/;

/** Whether the command runs what it reads: a shell or an interpreter, which is given no file. */
export function runsItsInput(words: readonly ShellWord[]): boolean {
  if (!INTERPRETERS.test(commandName(words))) return false;
  return textsOf(words.slice(1)).every((text) => text.startsWith("-") || text.startsWith("/dev/"));
}

function textsOf(words: readonly ShellWord[]): string[] {
  return words.map(({ text }) => text);
}
