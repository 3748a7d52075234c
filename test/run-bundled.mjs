// Runs a TypeScript file of the workspace, from sources: `node test/run-bundled.mjs <file> [argument…]`.
// The file and all that it imports are made one file of JavaScript, once for as long as none of them
// changes. A loader that compiles each file when it is imported takes most of a second of each process.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
// What an older version of this file has built is not used.
const version = fs.statSync(fileURLToPath(import.meta.url)).mtimeMs;
const folder = path.join(root, "node_modules/.cache/bundles");

/**
 * The URL of a bundle of the file as it is now.
 * @param {string} file
 * @returns {Promise<string>}
 */
async function bundleOf(file) {
  const name = createHash("sha256").update(`${version} ${file}`).digest("hex").slice(0, 16);
  const list = path.join(folder, `${name}.json`);
  const known = readList(list);
  if (known !== undefined && known.inputs.every(isUnchanged))
    return pathToFileURL(known.bundle).href;
  return buildBundle(file, name, list);
}

/**
 * What was built, and from which files of which times.
 * @param {string} list
 * @returns {{ bundle: string, inputs: [file: string, modified: number][] } | undefined}
 */
function readList(list) {
  try {
    return JSON.parse(fs.readFileSync(list, "utf8"));
  } catch {
    // It was not made yet.
    return undefined;
  }
}

/** @param {[file: string, modified: number]} input */
function isUnchanged([input, modified]) {
  return fs.statSync(input, { throwIfNoEntry: false })?.mtimeMs === modified;
}

/**
 * Others may build the same at the same time, or run what was built before.
 * @param {string} file
 * @param {string} name
 * @param {string} list
 * @returns {Promise<string>}
 */
async function buildBundle(file, name, list) {
  // It is loaded by the few who build.
  const esbuild = await import("esbuild");
  fs.mkdirSync(folder, { recursive: true });
  const started = Date.now();
  const unique = `${name}-${process.pid}-${started}`;
  const bundle = path.join(folder, `${unique}.mjs`);
  const { metafile } = await esbuild.build({
    entryPoints: [file],
    outfile: bundle,
    bundle: true,
    metafile: true,
    format: "esm",
    platform: "node",
    target: "es2023",
    conditions: ["@x/source"],
    absWorkingDir: root,
    logLevel: "silent",
    plugins: [packagesOutside, ownUrls],
  });
  const inputs = Object.keys(metafile.inputs).map((input) => {
    const absolute = path.resolve(root, input);
    return { absolute, modified: fs.statSync(absolute).mtimeMs };
  });
  // What was changed while it was built is built again by the next one.
  if (inputs.every(({ modified }) => modified < started)) {
    const known = { bundle, inputs: inputs.map(({ absolute, modified }) => [absolute, modified]) };
    fs.writeFileSync(`${list}.${unique}`, JSON.stringify(known));
    fs.renameSync(`${list}.${unique}`, list);
  }
  return pathToFileURL(bundle).href;
}

/**
 * Packages from elsewhere are imported from where they are.
 * @type {import("esbuild").Plugin}
 */
const packagesOutside = {
  name: "packages-outside",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path: wanted, pluginData, ...from }) => {
      if (pluginData === "seen" || wanted.startsWith("@x/")) return undefined;
      const found = await build.resolve(wanted, { ...from, pluginData: "seen" });
      if (found.external || found.errors.length > 0) return found;
      return { path: pathToFileURL(found.path).href, external: true };
    });
  },
};

/**
 * A file finds what lies beside it, also when it is a part of the bundle.
 * @type {import("esbuild").Plugin}
 */
const ownUrls = {
  name: "own-urls",
  setup(build) {
    build.onLoad({ filter: /\.(ts|mjs)$/ }, ({ path: file }) => {
      const url = JSON.stringify(pathToFileURL(file).href);
      const text = fs
        .readFileSync(file, "utf8")
        .replaceAll("import.meta.url", url)
        // A program that imports what it is told to.
        .replaceAll("import(/* @vite-ignore */", "globalThis.importBundled(");
      return { contents: text, loader: file.endsWith(".ts") ? "ts" : "js" };
    });
  },
};

Reflect.set(globalThis, "importBundled", importBundled);

/** @param {string} url */
async function importBundled(url) {
  return import(await bundleOf(fileURLToPath(url)));
}

const [node = "", , file = "", ...args] = process.argv;
const absolute = path.resolve(file);
process.argv = [node, absolute, ...args];
await import(await bundleOf(absolute));
