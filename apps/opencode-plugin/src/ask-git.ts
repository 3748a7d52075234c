import { execFile } from "node:child_process";
import { existsSync, lstatSync } from "node:fs";
import { dirname, join } from "node:path";

import { readCheckout } from "@x/registry-core/workspace";

const LIMIT_MILLISECONDS = 5_000;

/** The whole hash of the commit that a text means in the repository of a folder; undefined: none. */
export async function resolveCommit(folder: string, text: string): Promise<string | undefined> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${text}^{commit}`];
  const hash = (await askGit(folder, args)).stdout.trim();
  return /^[\da-f]{40,64}$/.test(hash) ? hash : undefined;
}

/**
 * Whether a file that is there may have come with a repository: it is in that of the folder, or in one inside of it, or
 * behind a link, or git does not say.
 */
export async function mayBeShipped(folder: string, file: string): Promise<boolean> {
  const path = join(folder, file);
  if (!existsSync(path)) return false;
  const parts = file.split("/").map((_, place, all) => join(folder, ...all.slice(0, place + 1)));
  if (parts.some((part) => lstatSync(part).isSymbolicLink())) return true;
  const [own, around] = [readCheckout(dirname(path))?.top, readCheckout(folder)?.top];
  if (own !== around) return true;
  if (around === undefined) return false;
  const { code } = await askGit(folder, ["ls-files", "--error-unmatch", "--", file]);
  return code !== NOT_TRACKED;
}

// By which `git ls-files --error-unmatch` says that it knows of none (git-ls-files(1)).
const NOT_TRACKED = 1;

interface GitAnswer {
  readonly stdout: string;
  /** Undefined: it could not be asked, or gave no answer in time. */
  readonly code: number | undefined;
}

/** Only to read, and of the repository of that folder, whatever the environment says. */
function askGit(cwd: string, args: readonly string[]): Promise<GitAnswer> {
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...env } = process.env;
  // Whatever the repository configures, nothing of it is run to read.
  const all = ["--no-optional-locks", "-c", "core.fsmonitor=false", ...args];
  const options = { cwd, env, timeout: LIMIT_MILLISECONDS, windowsHide: true } as const;
  return new Promise((resolve) => {
    execFile("git", all, options, (error, stdout) => {
      const code = error === null ? 0 : error.code;
      resolve(
        code === 0
          ? { stdout, code }
          : { stdout: "", code: typeof code === "number" ? code : undefined },
      );
    });
  });
}
