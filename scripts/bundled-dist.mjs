// What the scripts that bundle a package have in common: `dist` is made beside the former one and put in place when
// it is complete, for somebody may be running that; with the licences of others whose code is inside.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { rolldown } from "rolldown";

import { putInPlace } from "./put-in-place.mjs";

/** Native code that a package inside loads where it is there, and does without. */
const NATIVE = ["msgpackr-extract"];

/**
 * A bundle with everything inside but the packages of others that the one in the current folder depends on. What the
 * bundler warns of is a failure.
 *
 * @param {Omit<import("rolldown").InputOptions, "external"> & { external?: string[] }} options
 */
export function openBundle({ external = [], ...options }) {
  /** @type {{ dependencies?: Record<string, string> }} */
  const { dependencies = {} } = JSON.parse(readFileSync("package.json", "utf8"));
  const others = Object.keys(dependencies).filter(
    (name) => !dependencies[name]?.startsWith("workspace:"),
  );
  return rolldown({
    platform: "node",
    resolve: {
      conditionNames: ["@x/source", "import", "node", "default"],
      mainFields: ["module", "main"],
    },
    external: [...others, ...NATIVE, ...external],
    onLog: (level, { message }) => {
      if (level === "warn") throw new Error(message);
    },
    ...options,
  });
}

/**
 * A path as patterns expect it, on Windows too.
 *
 * @param {string} path
 */
export const withSlashes = (path) => path.replaceAll("\\", "/");

/**
 * The files whose code is in what was bundled.
 *
 * @param {import("rolldown").RolldownOutput["output"]} output
 */
export function filesInside(output) {
  return output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
}

/**
 * Makes the `dist` of the package in the current folder.
 *
 * @param {(folder: string) => Promise<Iterable<string>>} make Fills the folder, and gives the files whose code is
 *   inside, each with its path.
 */
export async function makeDist(make) {
  const output = `.dist-${process.pid}`;
  try {
    const sources = await make(output);
    writeLicenses(output, [...sources]);
    putInPlace(output);
  } catch (error) {
    rmSync(output, { recursive: true, force: true });
    process.exitCode = 1;
    console.error(error);
  }
}

/**
 * @param {string} output
 * @param {string[]} sources
 */
function writeLicenses(output, sources) {
  const folders = sources
    .map(withSlashes)
    .flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
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
