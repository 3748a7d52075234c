import { dirname, join } from "node:path";

import type { Warning } from "@x/registry-core";
import { isWithin, readCheckout, realPathOf } from "@x/registry-core/workspace";

import { codedError } from "../errors/coded-error.ts";
import { codeOf, reasonOf } from "../errors/error-code.ts";
import { assertWithin } from "./assert-place.ts";
import { ConfigFault, pluginEntriesIn, withPluginEntry } from "./config-text.ts";
import { isPluginEntry, PLUGIN } from "./plugin-entry.ts";
import { readBounded } from "./read-bounded.ts";
import type { Addition, SetupFile } from "./setup-file.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the plugin is named, or is to be. */
export interface PluginPlace {
  readonly state: "missing" | "present" | "global";
  readonly file: SetupFile;
}

const NAMES = ["opencode.json", "opencode.jsonc"];
const FILES = [...NAMES, ...NAMES.map((name) => join(".opencode", name))];

/**
 * The configuration that names the plugin: one that the client reads in this checkout, or one of the user; else
 * the one of the checkout's root that is to name it. What of the user's cannot be read is a warning.
 * Throws `CABINET_INIT_CONFIG_INVALID`, `CABINET_INIT_OUTSIDE`, and what reading throws.
 */
export function findPluginPlace(
  root: string,
  env: Environment,
  onWarning: (warning: Warning) => void,
): PluginPlace {
  const local = foldersOf(root).flatMap((folder) => FILES.map((name) => join(folder, name)));
  const named = local.find(namesPlugin);
  if (named !== undefined) return { state: "present", file: configFile(root, named) };
  const ofUser = userFiles(env).find((path) => namesPluginOrWarn(path, onWarning));
  if (ofUser !== undefined) return { state: "global", file: configFile(root, ofUser) };
  const own = FILES.map((name) => join(root, name));
  const path = own.find((file) => readBounded(file) !== undefined) ?? join(root, "opencode.json");
  assertWithin(root, path);
  return { state: "missing", file: configFile(root, path) };
}

function configFile(root: string, path: string): SetupFile {
  const addTo = (bytes: Uint8Array | undefined): Addition => {
    // Somebody else may have added it meanwhile.
    if (isNamedIn(path, bytes)) return { adds: [] };
    const data = inFile(path, () => withPluginEntry(decode(bytes)));
    return { data, adds: [PLUGIN] };
  };
  return { path, within: root, addTo };
}

/** The root and, in a git checkout, what is above it there: the client reads the configurations of all. */
function foldersOf(root: string): string[] {
  const top = readCheckout(root)?.top;
  const folders = [root];
  if (top === undefined) return folders;
  let folder = realPathOf(root) ?? root;
  while (folder !== top && isWithin(top, folder)) {
    folder = dirname(folder);
    folders.push(folder);
  }
  return folders;
}

/** What the client reads for all projects of a user. */
function userFiles({ XDG_CONFIG_HOME, HOME, USERPROFILE }: Environment): string[] {
  const home = HOME || USERPROFILE;
  const base = XDG_CONFIG_HOME || (home && join(home, ".config"));
  return [
    ...(base ? ["config.json", ...NAMES].map((name) => join(base, "opencode", name)) : []),
    ...(home ? NAMES.map((name) => join(home, ".opencode", name)) : []),
  ];
}

function namesPluginOrWarn(path: string, onWarning: (warning: Warning) => void): boolean {
  try {
    return namesPlugin(path);
  } catch (error) {
    if (codeOf(error)?.startsWith("CABINET_INIT_") !== true) throw error;
    const message = `${path} was not looked at: ${reasonOf(error)}`;
    onWarning({ code: "CABINET_INIT_USER_CONFIG", message, path });
    return false;
  }
}

function namesPlugin(path: string): boolean {
  return isNamedIn(path, readBounded(path));
}

function isNamedIn(path: string, bytes: Uint8Array | undefined): boolean {
  if (bytes === undefined) return false;
  const entries = inFile(path, () => pluginEntriesIn(decode(bytes)));
  return entries.some((entry) => isPluginEntry(entry, dirname(path)));
}

// A byte order mark is part of the file, and stays.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array | undefined): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new ConfigFault("it is not UTF-8");
  }
}

/** What is wrong with the text is wrong with the file. */
function inFile<R>(path: string, read: () => R): R {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    throw codedError("CABINET_INIT_CONFIG_INVALID", path, error.message, error);
  }
}
