import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { packPackages } from "../pack-packages.mjs";
import { environmentIn, type Outside, type Published } from "./consumer-project.ts";
import { runBounded } from "./run-bounded.ts";

/** Packs every package and publishes it, by npm, where that place's configuration leads to. */
export async function publishPackages({ folder, configuration }: Outside): Promise<Published[]> {
  const tarballs = join(folder, "tarballs");
  mkdirSync(tarballs);
  writeFileSync(join(folder, ".npmrc"), configuration);
  const packed = packPackages(tarballs);
  const options = { cwd: folder, env: environmentIn(folder) };
  for (const { tarball } of packed) {
    await runBounded("npm", ["publish", tarball, "--access=public", "--provenance=false"], options);
  }
  return packed;
}
