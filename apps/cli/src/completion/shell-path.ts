import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** The path that a word of a line means in which the shell has replaced nothing yet: `~` and variables. */
export function shellPath(word: string, env: Environment): string {
  const home = env["HOME"] ?? "";
  const path = home !== "" && /^~(?=\/|$)/.test(word) ? join(home, word.slice(1)) : word;
  return path.replaceAll(
    /\$(?:\{(\w+)\}|([A-Za-z_]\w*))/g,
    (whole, braced: string | undefined, bare: string | undefined) =>
      env[braced ?? bare ?? ""] ?? whole,
  );
}
