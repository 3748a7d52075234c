import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { packageFolders, readManifest, root } from "../scripts/workspace.mjs";
import { ALLOWED, forbiddenImports, type SourceFile } from "./workspace-dependencies.ts";

function sourcesOf(folder: string): SourceFile[] {
  return readdirSync(join(root, folder, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => join(folder, "src", name))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

const packages = packageFolders().map((folder) => ({ folder, ...readManifest(folder) }));

test("every package is in the table", () => {
  expect(packages.map(({ name }) => name).toSorted()).toEqual(Object.keys(ALLOWED).toSorted());
});

test.each(packages)(
  "$name imports nothing but what lies below it",
  ({ folder, name, ...manifest }) => {
    const sources = sourcesOf(folder);
    expect(sources.length).toBeGreaterThan(0);
    const forbidden = sources.flatMap((file) =>
      forbiddenImports(name, folder, file).map((found) => `${file.path}: ${found}`),
    );
    expect(forbidden).toEqual([]);
    const declared = Object.keys({ ...manifest.dependencies }).filter((other) =>
      other.startsWith("@x/"),
    );
    expect(declared.filter((other) => !ALLOWED[name]?.includes(other))).toEqual([]);
  },
);

test.each([
  ["@x/atomic-fs", "packages/atomic-fs", 'import { findRoots } from "@x/registry-core/workspace";'],
  ["@x/planning", "packages/planning", "const tracker = await import('@x/tracker');"],
  ["@x/tracker", "packages/tracker", 'import type { Store } from "@x/lmdb-store";'],
  ["@x/planning", "packages/planning", 'export * from "../../tracker/src/score.ts";'],
  ["@x/opencode-plugin", "apps/opencode-plugin", 'import "@x/cli";'],
  ["@x/opencode-plugin", "apps/opencode-plugin", 'import { openStore } from "@x/lmdb-store";'],
])("a forbidden import in %s is found", (name, folder, text) => {
  const file = { path: join(folder, "src/planted.ts"), text };
  expect(forbiddenImports(name, folder, file)).toHaveLength(1);
});
