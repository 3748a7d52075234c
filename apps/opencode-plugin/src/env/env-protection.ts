import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, resolve } from "node:path";

import { patchedFiles } from "../written-files.ts";
import { type NamingText, namingTexts, pathOfUri } from "./env-arguments.ts";
import { isEnvFile } from "./env-file.ts";
import { referencesIn } from "./env-in-prompt.ts";
import { envFileInShell } from "./env-in-shell.ts";
import { envNameIn, envNameOfGlob } from "./env-name-in-text.ts";
import { EnvProtectionError } from "./env-protection-error.ts";

/** Which files are meant. */
export interface EnvProtectionOptions {
  /** What relative paths are relative to; the current folder when it is not given. */
  readonly directory?: string | undefined;
  /** `.env.example`, `.env.sample` and `.env.template` may be used. */
  readonly allowExamples?: boolean | undefined;
}

/** A call of a tool, before it runs. */
export interface GuardedCall {
  readonly tool: string;
  readonly args?: unknown;
}

/**
 * Keeps agents from env files: a call of a tool that names one is refused before it runs.
 *
 * It is a guard against mistakes, not a sandbox. Not caught: names that only come about when the command runs
 * (`$F`, `.en$X`, `"$(pwd)/link"`, base64), wildcards without a letter of the name (`cat .*`), patterns that a program
 * resolves itself and that begin with a wildcard (`find -name '*env'`) or are no value of an option known for it
 * (`git show ':.e*'`), links named by a wildcard, after the 200th word of a command, or with a folder of another
 * program before them (`HEAD:link`), whatever reads whole folders (`grep -r KEY .`, `tar c .`, `git add -A`,
 * `env` of a program that has loaded one), programs written to a file first, arguments of tools of
 * others that have unusual names, are deeper than four levels, or hold JSON as a text, wildcards in commands of more than
 * 128 KiB, hard links, and 8.3 names of Windows.
 */
export class EnvProtection {
  readonly #directory: string | undefined;
  readonly #allowExamples: boolean;

  constructor(options?: EnvProtectionOptions | null) {
    this.#directory = options?.directory;
    this.#allowExamples = options?.allowExamples ?? false;
  }

  /** Whether the path names an env file, or is a link that leads to one. */
  isEnvFile(path: string): boolean {
    return this.#envFileAt(path) !== undefined;
  }

  /**
   * Throws `EnvProtectionError` when the call names an env file, and nothing else, whatever it is. The client's own
   * hook has the arguments in its second parameter: they are taken from there when the call has none.
   */
  handleToolBefore(call: GuardedCall, output?: { readonly args?: unknown }): void {
    const found = this.#envFileIn(call, output);
    if (found !== undefined) throw new EnvProtectionError(found.tool, found.path);
  }

  #envFileIn(
    call: GuardedCall,
    output?: { readonly args?: unknown },
  ): { readonly tool: string; readonly path: string } | undefined {
    try {
      // What a client sends is not always what its types say.
      const tool: unknown = call.tool;
      const args = call.args ?? output?.args;
      if (typeof args !== "object" || args === null || typeof tool !== "string") return undefined;
      for (const text of namingTexts(tool, args)) {
        const path = this.#envFileInText(text);
        if (path !== undefined) return { tool, path };
      }
    } catch {
      // Arguments that cannot be read (a getter or a proxy that throws) are none that a tool could use.
    }
    return undefined;
  }

  #envFileInText({ kind, text, folder }: NamingText): string | undefined {
    switch (kind) {
      case "command":
        return this.#envFileInCommand(text, folder);
      case "pattern":
        return this.#envFileOfGlob(text);
      case "patch":
        return firstOf(patchedFiles(text), ({ path }) => this.#envFileAt(path));
      case "prompt":
        return firstOf(referencesIn(text), (path) => this.#envFileOfReference(path));
      case "path":
        return this.#envFileAt(text);
    }
  }

  #envFileOfGlob(glob: string): string | undefined {
    const options = { allowExamples: this.#allowExamples };
    return envNameIn(glob, options) ?? envNameOfGlob(glob, options);
  }

  #envFileInCommand(command: string, folder: string): string | undefined {
    const cwd = this.#placeOf(folder);
    return envFileInShell(command, {
      allowExamples: this.#allowExamples,
      cwd,
      linkedEnvFile: (path) => this.#linkedEnvFile(path, cwd),
    });
  }

  /** It is relative to the top of the checkout, which is the directory or above it. */
  #envFileOfReference(path: string): string | undefined {
    if (isEnvFile(path, { allowExamples: this.#allowExamples })) return path;
    const folders = foldersFrom(this.#placeOf("."));
    return firstOf(folders, (folder) => this.#linkedEnvFile(path, folder));
  }

  #envFileAt(path: string): string | undefined {
    const plain = pathOfUri(path);
    if (isEnvFile(plain, { allowExamples: this.#allowExamples })) return path;
    return this.#linkedEnvFile(plain);
  }

  /**
   * Where a link leads, when that is an env file. Only the last part of a path is looked at: where it is no
   * link itself, the file has this name also at the end of all links before it.
   */
  #linkedEnvFile(path: string, folder = "."): string | undefined {
    try {
      const place = this.#placeOf(folder, path);
      if (place === undefined) return undefined;
      if (lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined;
      const target = targetOf(place);
      return isEnvFile(target, { allowExamples: this.#allowExamples }) ? target : undefined;
    } catch {
      // A path that cannot be looked at (too long, no right to, a NUL in it) leads to nothing.
      return undefined;
    }
  }

  #placeOf(folder: string, path = "."): string | undefined {
    try {
      if (path.startsWith("~/")) return resolve(homedir(), path.slice(2));
      return resolve(this.#directory ?? process.cwd(), folder, path);
    } catch {
      // The current folder is gone. Names are found without it.
      return undefined;
    }
  }
}

/** A folder and those above it. */
function foldersFrom(start: string | undefined): readonly string[] {
  if (start === undefined) return [];
  const above = dirname(start);
  return above === start ? [start] : [start, ...foldersFrom(above)];
}

function targetOf(link: string): string {
  try {
    return realpathSync(link);
  } catch {
    // It leads to nothing yet: what is written to it would be created there.
    return readlinkSync(link);
  }
}

function firstOf<Item>(
  items: Iterable<Item>,
  find: (item: Item) => string | undefined,
): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
