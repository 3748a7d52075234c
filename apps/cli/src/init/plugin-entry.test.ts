import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { isPluginEntry } from "./plugin-entry.ts";

/** A built plugin, one of another package, and one whose manifest is damaged. */
function plugins(): string {
  const folder = temporaryFolder();
  const manifests = { ours: '{"name":"@x/opencode-plugin"}', other: '{"name":"a"}', broken: "{" };
  for (const [name, manifest] of Object.entries(manifests)) {
    mkdirSync(join(folder, name, "dist"), { recursive: true });
    writeFileSync(join(folder, name, "package.json"), manifest);
    writeFileSync(join(folder, name, "dist/index.js"), "");
  }
  symlinkSync("ours", join(folder, "link"));
  return folder;
}

test.each([
  "@x/opencode-plugin",
  "@x/opencode-plugin@0.1.0",
  "@x/opencode-plugin@latest",
  "@x/opencode-plugin@file:/a b/x.tgz",
  "cabinet@npm:@x/opencode-plugin@^1",
  ["@x/opencode-plugin", { leaseConflicts: "refuse" }],
])("%j is the plugin", (entry) => {
  expect(isPluginEntry(entry, "/nowhere")).toBe(true);
});

test.each([
  "@x/opencode-plugin-other",
  "x/opencode-plugin",
  "a@x/opencode-plugin",
  "file://elsewhere/a",
  "file:///%00",
  "./missing.js",
  "",
  [],
  [1],
  null,
  { "@x/opencode-plugin": true },
])("%j is another one, or none", (entry) => {
  expect(isPluginEntry(entry, "/nowhere")).toBe(false);
});

test("a path or file URL is the plugin when it leads into its package", () => {
  const folder = plugins();
  const is = (entry: unknown): boolean => isPluginEntry(entry, folder);
  expect(is("./ours/dist/index.js")).toBe(true);
  expect(is("./link")).toBe(true);
  expect(is(["./link/dist", {}])).toBe(true);
  expect(is(join(folder, "ours"))).toBe(true);
  expect(is(pathToFileURL(join(folder, "ours/dist/index.js")).href)).toBe(true);
  expect(is("./other/dist/index.js")).toBe(false);
  expect(is("./broken/dist/index.js")).toBe(false);
  // The client takes it for a package.
  expect(is("ours/dist/index.js")).toBe(false);
});
