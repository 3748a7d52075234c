// Packs every package as it would be published, and lets publint and are-the-types-wrong look at
// the tarballs: exports, types and files as a consumer gets them.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { packPackages } from "./pack-packages.mjs";
import { readManifest, run } from "./workspace.mjs";

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
  console.log(
    `${name}: ${(statSync(tarball).size / 1024).toFixed(1)} KB packed, nothing to complain`,
  );
}
