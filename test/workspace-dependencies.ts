import { dirname, join, relative } from "node:path";

/**
 * Which packages of the workspace a package may import: only those below it in the drawing of
 * ARCHITECTURE.md. The command alone knows every package.
 */
export const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "@x/atomic-fs": [],
  "@x/registry-core": ["@x/atomic-fs"],
  "@x/lmdb-store": ["@x/registry-core", "@x/atomic-fs"],
  "@x/planning": ["@x/registry-core", "@x/atomic-fs"],
  "@x/tracker": ["@x/registry-core", "@x/atomic-fs", "@x/lmdb-store"],
  "@x/cli": ["@x/tracker", "@x/planning", "@x/lmdb-store", "@x/registry-core", "@x/atomic-fs"],
  // Never the engine: the client's process loads no native code (decision 4).
  "@x/opencode-plugin": ["@x/tracker", "@x/registry-core", "@x/atomic-fs"],
};

/**
 * What only the files of one folder may import: the tracker speaks to the port, but for the entry that opens
 * the engine, for those who install the tracker alone. A host loads none of it (decision 4).
 */
const ONLY_IN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "@x/tracker": { "@x/lmdb-store": "src/lmdb/" },
};

export interface SourceFile {
  /** Relative to the workspace's root. */
  readonly path: string;
  readonly text: string;
}

/** The names in the file that are workspace packages it must not know, or files of another one. */
export function forbiddenImports(packageName: string, folder: string, file: SourceFile): string[] {
  const only = ONLY_IN[packageName] ?? {};
  const place = relative(folder, file.path).replaceAll("\\", "/");
  const allowed = (ALLOWED[packageName] ?? []).filter((name) => place.startsWith(only[name] ?? ""));
  const may = new Set([packageName, ...allowed]);
  // Any quoted name counts, so that no form of import (type, dynamic, require) slips through.
  const packages = [...file.text.matchAll(/["'`](@x\/[a-z-]+)/g)].map(([, name = ""]) => name);
  const files = [...file.text.matchAll(/["'`](\.\.?\/[^"'`]+)["'`]/g)].map(([, path = ""]) => path);
  return [
    ...packages.filter((name) => !may.has(name)),
    ...files.filter((path) => {
      const target = join(dirname(file.path), path);
      return relative(folder, target).startsWith("..");
    }),
  ];
}
