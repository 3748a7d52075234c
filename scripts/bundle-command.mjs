// Builds the command in the current folder so that it starts fast: CommonJS, which Node loads faster than modules;
// few files, as each costs; and none is loaded before it is needed. What every command line needs is in the entry,
// each command is a file, and so is each room that several commands go to. All packages are inside but those of others
// that the command depends on.
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

import { filesInside, makeDist, openBundle, withSlashes } from "./bundled-dist.mjs";
import { withLazyChunks, withSystemModules } from "./lazy-chunks.mjs";

const ENTRY = resolve("src/cabinet.ts");
const PLANNING = resolve("../../packages/planning");

/**
 * Code that several commands share goes to the first room whose pattern its path matches. What only looks stands apart
 * from what changes: most command lines only look.
 */
const ROOMS = Object.entries({
  sentences: /-sentences\.ts$|\/describe-error\.ts$/,
  "lease-globs":
    /\/registry-core\/src\/leases\/(?:glob|literal|find-overlaps|overlap|path-in|segment)/,
  "lease-changes":
    /\/registry-core\/src\/leases\/(?:change-lease|lease-calls|lease-rules|lease-input|store-leases|run-fenced|lease-record|lease-loss|epoch-floor|clear)/,
  leases: /\/registry-core\/src\/leases\//,
  "plan-changes":
    /\/session-plans\/(?:trash|list-trash|restore|register|move-file|update-plan|write-registry|read-plan-text|find-closest|lookup|plans-ignored)/,
  "registry-changes":
    /\/registry-core\/src\/(?:registry-changes|carry-unknown|same-json|json-loss|json-value|registry-value|ignore-lines|store\/|engine)/,
  quick:
    /\/packages\/registry-core\/|\/cli\/src\/[a-z]+\/(?:table|plural|candidate-list|[a-z]+-root|phase-word|holder-cell|lease-data|find-session)\.ts$/,
  files: /\/packages\/atomic-fs\//,
  "run-changes":
    /\/run-state\/(?:change|fact-lines|heading-places|hold-run|html-comments|issue-log|markdown-splice|open-run|pruned|rebuilt|record-agent|reinit|run-operations|state-|write-summary|plan-summary|quoted-text)/,
  "spec-changes": /\/planning\/src\/(?:migrat|write-status|update-file|git-ignore|flow|yaml-)/,
  phases: /\/packages\/planning\/src\/phases\//,
  runs: /\/packages\/planning\/src\/run-state\//,
  specs: /\/packages\/planning\//,
  tracker: /\/packages\/(?:tracker|lmdb-store)\/|\/msgpackr\/dist\/unpack/,
  doctor: /\/cli\/src\/doctor\//,
  "tracker-pages": /\/cli\/src\/tracker\/[^/]+\.ts$/,
  children: /\/cli\/src\/(?:processes\/|runs\/run-state-around\.ts$)/,
  standings:
    /\/cli\/src\/(?:specs\/(?:spec-|closeout-)|runs\/(?:executor-line|run-state-resume)|screen\/fact-list|errors\/warning-of)/,
  pages: /\/cli\/src\/(?:errors|leases|options|plans|restore|runs|screen|specs)\//,
});

/** yaml is loaded by a call that no bundler understands: at once, and seldom. So it gets a file of its own. */
const yamlBeside = {
  name: "yaml-beside",
  transform: {
    filter: { id: /[\\/]planning[\\/]src[\\/]yaml-source\.ts$/ },
    /** @param {string} text */
    handler(text) {
      const changed = text.replace('load("yaml")', 'require("./yaml.cjs")');
      if (changed === text) throw new Error("yaml is loaded in another way now");
      return changed;
    },
  },
};

await makeDist(async (folder) => {
  const code = join(folder, "code");
  const input = {
    input: { cabinet: ENTRY },
    external: ["./yaml.cjs"],
    makeAbsoluteExternalsRelative: false,
    plugins: [yamlBeside],
    preserveEntrySignatures: /** @type {const} */ (false),
  };
  const groups = [{ debugName: "rooms", name: roomOf() }];
  const command = await bundle(input, code, { includeDependenciesRecursively: false, groups });
  for (const name of readdirSync(code)) {
    const path = join(code, name);
    writeFileSync(path, withLazyChunks(withSystemModules(readFileSync(path, "utf8"))));
  }
  const yaml = createRequire(join(PLANNING, "package.json")).resolve("yaml");
  const beside = await bundle({ input: { yaml } }, code);
  // Read from the folder above the code, as in the package itself.
  cpSync(join(PLANNING, "flows"), join(folder, "flows"), { recursive: true });
  return [...command, ...beside];
});

/** @typedef {{ getModuleInfo: (id: string) => { importedIds: string[] } | null }} Modules */

/** What is loaded with every command line is in the entry. */
function roomOf() {
  /** @type {Set<string> | undefined} */
  let always;
  return (/** @type {string} */ id, /** @type {Modules} */ modules) => {
    always ??= staticallyBehind(ENTRY, modules);
    if (always.has(id)) return "cabinet";
    const path = withSlashes(id);
    return ROOMS.find(([, pattern]) => pattern.test(path))?.[0];
  };
}

/**
 * @param {string} entry
 * @param {Modules} modules
 */
function staticallyBehind(entry, modules) {
  const found = new Set([entry]);
  for (const id of found) {
    for (const next of modules.getModuleInfo(id)?.importedIds ?? []) found.add(next);
  }
  return found;
}

/**
 * The files whose code is inside.
 *
 * @param {Parameters<typeof openBundle>[0]} input
 * @param {string} dir
 * @param {import("rolldown").OutputOptions["codeSplitting"] & {}} [codeSplitting]
 */
async function bundle(input, dir, codeSplitting = true) {
  const bundled = await openBundle(input);
  const { output } = await bundled.write({
    dir,
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name]-[hash].cjs",
    // Functions keep their names, in what a failure prints.
    minify: { compress: true, mangle: { toplevel: false }, codegen: { removeWhitespace: true } },
    codeSplitting,
  });
  return filesInside(output);
}
