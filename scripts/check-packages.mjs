// Packs every package as it would be published, and looks at the tarballs as a consumer gets them: publint and
// are-the-types-wrong at exports and types; nothing inside that users do not need; no larger than it has to be.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { packPackages } from "./pack-packages.mjs";
import { readManifest, run } from "./workspace.mjs";

/**
 * What a tarball may have, in KB: some 15 % more than it has today. Raise it with a reason in the commit.
 *
 * @type {Readonly<Record<string, number>>}
 */
const LARGEST = {
  "@x/atomic-fs": 82,
  "@x/cli": 310,
  "@x/lmdb-store": 82,
  "@x/opencode-plugin": 257,
  "@x/planning": 113,
  "@x/registry-core": 150,
  "@x/tracker": 97,
};

/** What users need: the code and its declarations, and what an entry of `files` names beside them. */
const NEEDED = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
  /^dist\/[\w/-]+(\.d\.ts|\.js|\.cjs)$/,
  /^dist\/THIRD-PARTY-NOTICES\.txt$/,
  /^(dist\/)?flows\/[\w-]+\.md$/,
  /^completions\/cabinet\.(bash|fish|zsh)$/,
];

const destination = mkdtempSync(join(tmpdir(), "cabinet-pack-"));
process.on("exit", () => rmSync(destination, { recursive: true, force: true }));

for (const { name, folder, tarball } of packPackages(destination)) {
  run(process.execPath, ["node_modules/publint/src/cli.js", tarball, "--strict"], { quiet: true });
  // A package that is only a command has no types to be wrong.
  const entries = Object.keys(readManifest(folder).exports ?? {});
  if (entries.some((entry) => entry !== "./package.json")) {
    const attw = "node_modules/@arethetypeswrong/cli/dist/index.js";
    run(process.execPath, [attw, tarball, "--profile", "esm-only"], { quiet: true });
  }
  const files = filesIn(tarball);
  const kilobytes = statSync(tarball).size / 1024;
  const faults = [
    ...files
      .filter((file) => !NEEDED.some((need) => need.test(file)))
      .map((file) => `holds ${file}`),
    ...["README.md", "LICENSE"]
      .filter((file) => !files.includes(file))
      .map((file) => `lacks ${file}`),
    ...(kilobytes > (LARGEST[name] ?? 0) ? [`may have ${LARGEST[name]} KB`] : []),
  ];
  const size = `${kilobytes.toFixed(1)} KB, ${files.length} files`;
  console.log(`${name}: ${size}, ${faults.join("; ") || "nothing to complain"}`);
  if (faults.length > 0) process.exitCode = 1;
}

/** @param {string} tarball */
function filesIn(tarball) {
  const list = execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" });
  return list
    .split(/\r?\n/)
    .filter(Boolean)
    .map((path) => path.replace(/^package\//, ""));
}
