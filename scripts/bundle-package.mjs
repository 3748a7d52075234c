// Builds the package in the current folder for people who install nothing else of the workspace: the sources named
// on the command line, each one file of JavaScript in dist with all workspace packages inside; other packages stay
// outside. With the types of these entries, and of what they name. It is put in place when it is complete, for
// somebody may be running the former one.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

// Native code that a package inside loads where it is there, and does without.
const NATIVE = ["msgpackr-extract"];

const entries = process.argv.slice(2);
const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
const { dependencies = {} } = JSON.parse(readFileSync("package.json", "utf8"));
const output = `.dist-${process.pid}`;

try {
  const { metafile } = await build({
    entryPoints: entries,
    metafile: true,
    outdir: output,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "es2023",
    conditions: ["@x/source"],
    external: [...Object.keys(dependencies), ...NATIVE],
    logLevel: "warning",
    // Parts that were CommonJS ask for `require` when they are loaded.
    banner: {
      js: 'import { createRequire as createRequireOfBundle } from "node:module"; const require = createRequireOfBundle(import.meta.url);',
    },
  });
  writeLicenses(Object.keys(metafile.inputs));
  emitTypes();
  putInPlace();
} catch (error) {
  rmSync(output, { recursive: true, force: true });
  process.exitCode = 1;
  // What esbuild and tsc find, they have said.
  if (!(error instanceof Error) || !("errors" in error)) console.error(error);
}

function putInPlace() {
  const former = `.dist-${process.pid}-former`;
  if (existsSync("dist")) renameSync("dist", former);
  renameSync(output, "dist");
  rmSync(former, { recursive: true, force: true });
}

/**
 * The licences of others whose code is inside.
 *
 * @param {string[]} files
 */
function writeLicenses(files) {
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
  const texts = [...new Set(folders)].toSorted().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const license = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
    if (license === undefined) throw new Error(`${name} has no text of its licence`);
    return `${name} ${version}\n\n${readFileSync(join(folder, license), "utf8").trim()}\n`;
  });
  if (texts.length > 0) {
    writeFileSync(join(output, "THIRD-PARTY-NOTICES.txt"), texts.join(`\n${"-".repeat(72)}\n\n`));
  }
}

function emitTypes() {
  const flags = ["--emitDeclarationOnly", "--customConditions", "@x/source", "--outDir", output];
  const { status } = spawnSync(
    process.execPath,
    [tsc, "--project", "tsconfig.build.json", ...flags],
    {
      stdio: "inherit",
    },
  );
  if (status !== 0) throw new Error("the types could not be made");
  const used = new Set();
  for (const entry of entries) collect(join(output, `${basename(entry, ".ts")}.d.ts`), used);
  for (const name of readdirSync(output, { recursive: true, encoding: "utf8" })) {
    const path = join(output, name);
    if (name.endsWith(".d.ts") && !used.has(path)) rmSync(path);
  }
  for (const entry of readdirSync(output, { withFileTypes: true })) {
    const path = join(output, entry.name);
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
