// Builds the command in the current folder so that it starts fast: CommonJS, which Node loads faster than modules;
// few files, as each costs; and nothing is loaded before it is needed. What every command line needs is in the entry,
// each command is a file, and so is each room that several commands go to. All packages are inside but those that the
// command depends on.
import { cpSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";

import { filesInside, makeDist, openBundle } from "./bundled-dist.mjs";

const ENTRY = resolve("src/cabinet.ts");
/** Asked for by nearly every command, and by none that only says what there is. */
const ROOTS = resolve("../../packages/registry-core/src/workspace/index.ts");
/** Those that people and agents call most. */
const QUICK = ["plans", "lease-list", "planning-status"].map((name) =>
  resolve(`src/commands/${name}.ts`),
);
const PLANNING = resolve("../../packages/planning");

/** Code that several commands share goes to the first room whose pattern its path matches. */
const ROOMS = Object.entries({
  sentences: /-sentences\.ts$|\/describe-error\.ts$/,
  leases: /\/registry-core\/src\/leases\//,
  "session-plans": /\/registry-core\/src\/session-plans\//,
  files: /\/packages\/(?:registry-core|atomic-fs)\//,
  planning: /\/packages\/planning\//,
  tracker: /\/packages\/(?:tracker|lmdb-store)\//,
  pages:
    /\/cli\/src\/(?:table|fact-list|candidate-list|plural|phase-word|[a-z]+-root|find-session|holder-cell|executor-line)\.ts$/,
});

/** yaml is loaded by a call that no bundler understands: at once, and seldom. So it gets a file of its own. */
const yamlBeside = {
  name: "yaml-beside",
  transform: {
    filter: { id: /\/planning\/src\/yaml-source\.ts$/ },
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
    plugins: [yamlBeside],
    preserveEntrySignatures: /** @type {const} */ (false),
  };
  const groups = [{ debugName: "rooms", name: await chooseRooms(input) }];
  const command = await bundle(input, code, { includeDependenciesRecursively: false, groups });
  const yaml = createRequire(join(PLANNING, "package.json")).resolve("yaml");
  const beside = await bundle({ input: { yaml } }, code);
  // Read from the folder above the code, as in the package itself.
  cpSync(join(PLANNING, "flows"), join(folder, "flows"), { recursive: true });
  return [...command, ...beside];
});

/**
 * What is loaded with every command line stays with the entry. What the quick commands load is told apart by which of
 * them do; all else that is shared has its rooms.
 *
 * @param {Parameters<typeof openBundle>[0]} input
 */
async function chooseRooms(input) {
  const { output } = await generate(input);
  const chunks = output.filter((one) => one.type === "chunk");
  const always = loadedWith(chunks, ENTRY);
  const roots = loadedWith(chunks, ROOTS);
  const quick = QUICK.map((path) => /** @type {const} */ ([path, loadedWith(chunks, path)]));
  return (/** @type {string} */ id) => {
    if (always.has(id)) return undefined;
    if (roots.has(id)) return "workspace";
    const by = quick.filter(([, files]) => files.has(id)).map(([path]) => basename(path, ".ts"));
    // Nobody else needs it.
    if (QUICK.includes(id)) return undefined;
    return by.length > 0 ? by.join("+") : ROOMS.find(([, pattern]) => pattern.test(id))?.[0];
  };
}

/**
 * The files whose code is loaded together with that of this one.
 *
 * @param {import("rolldown").OutputChunk[]} chunks
 * @param {string} file
 */
function loadedWith(chunks, file) {
  const found = new Set(chunks.filter(({ moduleIds }) => moduleIds.includes(file)));
  for (const { imports } of found) {
    for (const chunk of chunks) if (imports.includes(chunk.fileName)) found.add(chunk);
  }
  return new Set([...found].flatMap(({ moduleIds }) => moduleIds));
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
    // Names stay what they are, in what a failure prints.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    codeSplitting,
  });
  return filesInside(output);
}

/** @param {Parameters<typeof openBundle>[0]} input */
async function generate(input) {
  const bundled = await openBundle(input);
  return bundled.generate({ format: "cjs" });
}
