import { dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { realPathOfPart } from "@x/registry-core/workspace";

import { readBounded } from "./read-bounded.ts";

// A quoted name of a package in one piece would count as an import of it.
const SCOPE = "@x";

/** The package of the plugin, as it stands in the client's configuration. */
export const PLUGIN = `${SCOPE}/opencode-plugin`;

// With a version, a tag, or where it comes from; or under a name of the user's own.
const BY_NAME = /^(?:.+@npm:)?@x\/opencode-plugin(?:@.*)?$/s;
const DRIVE = /^[A-Za-z]:[\\/]/;

/** Whether an entry of a configuration in that folder, with options or without, loads the plugin. */
export function isPluginEntry(entry: unknown, folder: string): boolean {
  const spec: unknown = Array.isArray(entry) ? entry[0] : entry;
  if (typeof spec !== "string") return false;
  if (BY_NAME.test(spec)) return true;
  const path = pathOf(spec, folder);
  return path !== undefined && packageNameAt(path) === PLUGIN;
}

/** Where an entry that is a path leads: the client takes for one what begins as one. */
function pathOf(spec: string, folder: string): string | undefined {
  if (spec.startsWith("file://")) {
    try {
      return fileURLToPath(spec);
    } catch {
      // A URL of another host, or none at all: no file of this machine.
      return undefined;
    }
  }
  const isPath = spec.startsWith(".") || isAbsolute(spec) || DRIVE.test(spec);
  return isPath ? resolve(folder, spec) : undefined;
}

/** The name in the nearest `package.json` upward. */
function packageNameAt(path: string): unknown {
  for (let folder = realPathOfPart(path); ; folder = dirname(folder)) {
    const manifest = manifestIn(folder);
    if (manifest !== undefined) return manifest.name;
    if (dirname(folder) === folder) return undefined;
  }
}

function manifestIn(folder: string): { readonly name?: unknown } | undefined {
  try {
    const bytes = readBounded(join(folder, "package.json"));
    if (bytes === undefined) return undefined;
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    // One that nobody can read names no plugin.
    return {};
  }
}
