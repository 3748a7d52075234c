import { homedir } from "node:os";
import { isAbsolute, resolve } from "node:path";

import { databasePathOf } from "@x/tracker/host";

import { textOption, usageError } from "../arguments.ts";
import type { CommandOption, Invocation } from "../command.ts";
import { codedError } from "../errors/coded-error.ts";
import { isSystemError } from "../errors/error-code.ts";
import { parseSize, sizeOption } from "../options/size-option.ts";

/** Which database a command works on. */
export const TRACKER_OPTIONS = {
  database: {
    type: "string",
    value: "<path>",
    completes: "file",
    summary: "Default: CABINET_TRACKER_DATABASE, else that of this user",
  },
  "max-size": {
    type: "string",
    value: "<size>",
    summary: "How large it may grow, such as 64MiB; default 512MiB",
  },
} as const satisfies Record<string, CommandOption>;

/** A relative `--database` begins at the current folder, as in a shell; that of the variable at the home folder. */
export function trackerPath({ options, env, cwd }: Invocation): string {
  const flag = textOption(options, "database");
  const variable = env["CABINET_TRACKER_DATABASE"]?.trim() ?? "";
  if ([flag, variable].includes(":memory:")) throw usageError("A file is needed, not :memory:.");
  if (flag === undefined) return databasePathOf(variable === "" ? undefined : variable);
  return databasePathOf(/^~[/\\]/.test(flag) || isAbsolute(flag) ? flag : resolve(cwd(), flag));
}

/** The same for who opens it. Throws `TRACKER_UNAVAILABLE` where it begins at a home folder that nobody knows. */
export function pathToOpen(invocation: Invocation): string {
  let fault: unknown;
  try {
    const path = trackerPath(invocation);
    // With an empty or a relative HOME each folder would get a record of its own.
    if (!beginsAtHome(invocation) || isAbsolute(homedir())) return path;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    fault = error;
  }
  const reason = "the home folder of this user is not known; set HOME to a whole path";
  throw codedError("TRACKER_UNAVAILABLE", "", reason, fault);
}

function beginsAtHome({ options, env }: Invocation): boolean {
  const flag = textOption(options, "database");
  if (flag !== undefined) return /^~[/\\]/.test(flag);
  return !isAbsolute(env["CABINET_TRACKER_DATABASE"]?.trim() ?? "");
}

/** In bytes, as the command line or the environment has it; undefined: the default. */
export function maximumSize({ options, env }: Invocation): number | undefined {
  const variable = env["CABINET_TRACKER_MAX_SIZE"]?.trim() ?? "";
  return sizeOption(options, "max-size") ?? (variable === "" ? undefined : parseSize(variable));
}
