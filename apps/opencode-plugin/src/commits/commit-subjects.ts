import type { GitCall } from "./git-in-shell.ts";
import { LONGEST_SUBJECT } from "./head-log.ts";

/**
 * The first lines of the messages of calls of `git commit`; undefined where one of them is not in the call: it comes
 * from a file, an editor, another commit, a variable or a command.
 */
export function commitSubjects(calls: readonly GitCall[]): readonly string[] | undefined {
  const subjects = calls.map(({ args }) => subjectIn(args));
  return subjects.every((subject) => subject !== undefined) ? subjects : undefined;
}

// Behind these letters the rest of a word is their value.
const MESSAGE = /^(?:-[ABD-EG-RT-Zabd-su-z]*?m(?<joined>.*)|--message(?:=(?<value>.*))?)$/s;
// With these, the first line is another one.
const REWRITES = /^--(?:fixup|squash|cleanup|template)(?:=|$)/;

function subjectIn(args: readonly string[]): string | undefined {
  if (args.some((word) => REWRITES.test(word))) return undefined;
  for (const [place, word] of args.entries()) {
    const message = MESSAGE.exec(word)?.groups;
    if (message === undefined) continue;
    // The first message is the first paragraph.
    const text = message["joined"] || (message["value"] ?? args[place + 1] ?? "");
    const [line = ""] = text.trim().split("\n");
    // What the shell fills in, it does when it runs. An empty one would be part of each.
    const isUnknown = line === "" || line.startsWith("#") || /[$`]/.test(text);
    // As it stands in the log.
    return isUnknown ? undefined : line.trim().replaceAll(/\s+/g, " ").slice(0, LONGEST_SUBJECT);
  }
  return undefined;
}
