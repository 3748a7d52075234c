import { isAbsolute } from "node:path";

import type { Command, Invocation } from "../command.ts";
import { readBashLine } from "../completion/bash-line.ts";
import { bashReplies } from "../completion/bash-replies.ts";
import { findOffer, type FindThings } from "../completion/find-offer.ts";
import { NOTHING, type Offer } from "../completion/offer.ts";
import { shellPath } from "../completion/shell-path.ts";

/**
 * What the scripts in `completions/` ask. Bash gives what it is going to replace, and its line up to the cursor;
 * the others give the words behind `cabinet`, the last one up to the cursor. The first line of the answer is the
 * kind of the offer, each other one a candidate: for bash as it goes into the line; for the others as it is, with a
 * tab and what it is. Whatever goes wrong, there are no candidates, and nothing is said.
 */
export const complete: Command = {
  synopsis: "<shell> -- <word>...",
  example: "cabinet complete fish -- plans sh",
  arguments: 1,
  takesCommandLine: true,
  run: async (invocation) => {
    const [shell] = invocation.positionals;
    const lines = await (shell === "bash" ? linesForBash : linesForOthers)(invocation);
    return { data: { lines }, text: () => lines.join("\n") };
  },
};

async function linesForBash(invocation: Invocation): Promise<string[]> {
  const [replaced = "", line = ""] = invocation.commandLine;
  const { words, raw } = readBashLine(line);
  const { kind, candidates } = await offerOrNothing(invocation, words.slice(1));
  return [kind, ...bashReplies(candidates, raw, replaced)];
}

async function linesForOthers(invocation: Invocation): Promise<string[]> {
  const { kind, candidates } = await offerOrNothing(invocation, invocation.commandLine);
  return [kind, ...candidates.map(({ value, description = "" }) => `${value}\t${description}`)];
}

async function offerOrNothing(invocation: Invocation, words: readonly string[]): Promise<Offer> {
  try {
    return await findOffer(words, findIn(invocation));
  } catch {
    // Whoever types a line has not asked for anything yet: the command says what is wrong when it is called.
    return NOTHING;
  }
}

function findIn({ cwd, env }: Invocation): FindThings {
  return async (thing, workspaceRoot) => {
    const { findRoots } = await import("@x/registry-core/workspace");
    const { findThings } = await import("../completion/things.ts");
    const flag = workspaceRoot === undefined ? undefined : shellPath(workspaceRoot, env);
    const here = flag !== undefined && isAbsolute(flag) ? flag : cwd();
    return findThings(thing, findRoots(here, { flag, env }));
  };
}
