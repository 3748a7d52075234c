// Builds the package in the current folder for people who install nothing else of the workspace: the sources named
// on the command line, each one file of JavaScript in dist with all workspace packages inside; other packages stay
// outside. With the types of these entries, and of what they name.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { filesInside, makeDist, openBundle } from "./bundled-dist.mjs";

const entries = process.argv.slice(2);
const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));

await makeDist(async (folder) => {
  const bundled = await openBundle({ input: entries });
  const { output } = await bundled.write({
    dir: folder,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
  });
  emitTypes(folder);
  return filesInside(output);
});

/** @param {string} folder */
function emitTypes(folder) {
  const flags = ["--emitDeclarationOnly", "--customConditions", "@x/source", "--outDir", folder];
  const { status } = spawnSync(
    process.execPath,
    [tsc, "--project", "tsconfig.build.json", ...flags],
    {
      stdio: "inherit",
    },
  );
  if (status !== 0) throw new Error("the types could not be made");
  const used = new Set();
  for (const entry of entries) collect(join(folder, `${basename(entry, ".ts")}.d.ts`), used);
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, name);
    if (name.endsWith(".d.ts") && !used.has(path)) rmSync(path);
  }
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && readdirSync(path).length === 0) rmdirSync(path);
  }
}

/**
 * @param {string} path
 * @param {Set<string>} used
 */
function collect(path, used) {
  if (used.has(path)) return;
  used.add(path);
  const text = readFileSync(path, "utf8");
  if (/from "@x\//.test(text))
    throw new Error(`the types of ${path} name a package that is inside`);
  for (const [, name = ""] of text.matchAll(/(?:from|import) "(\.[^"]+)\.[jt]s"/g)) {
    collect(join(dirname(path), `${name}.d.ts`), used);
  }
}
