import { dirname, join, relative, sep } from "node:path";

/**
 * Which packages of the workspace a package may import: only those below it in the drawing of
 * ARCHITECTURE.md. The apps are the only code that knows every package.
 */
export const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "@x/atomic-fs": [],
  "@x/registry-core": ["@x/atomic-fs"],
  "@x/lmdb-store": ["@x/registry-core", "@x/atomic-fs"],
  "@x/planning": ["@x/registry-core", "@x/atomic-fs"],
  "@x/tracker": ["@x/registry-core", "@x/atomic-fs"],
  "@x/cli": ["@x/tracker", "@x/planning", "@x/lmdb-store", "@x/registry-core", "@x/atomic-fs"],
  "@x/opencode-plugin": [
    "@x/tracker",
    "@x/planning",
    "@x/lmdb-store",
    "@x/registry-core",
    "@x/atomic-fs",
  ],
};

/** The one exception: an entry for people who install the tracker alone opens the engine itself. */
const EXCEPTIONS = [{ folder: join("packages", "tracker", "src", "lmdb"), may: "@x/lmdb-store" }];

export interface SourceFile {
  /** Relative to the workspace's root. */
  readonly path: string;
  readonly text: string;
}

/** The names in the file that are workspace packages it must not know, or files of another one. */
export function forbiddenImports(packageName: string, folder: string, file: SourceFile): string[] {
  const may = new Set([packageName, ...(ALLOWED[packageName] ?? [])]);
  for (const exception of EXCEPTIONS) {
    if (file.path.startsWith(exception.folder + sep)) may.add(exception.may);
  }
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
