import { readdirSync } from "node:fs";
import { join } from "node:path";

import { packageFolders, readManifest, runPnpm } from "./workspace.mjs";

/**
 * Packs every published package into the folder, as it would be published.
 *
 * @param {string} destination
 * @returns {{ name: string, folder: string, tarball: string }[]}
 */
export function packPackages(destination) {
  runPnpm(["--recursive", "pack", "--pack-destination", destination], { quiet: true });
  const tarballs = readdirSync(destination);
  return packageFolders()
    .filter((folder) => readManifest(folder).private !== true)
    .map((folder) => {
      const { name } = readManifest(folder);
      const prefix = `${name.replace("@", "").replace("/", "-")}-`;
      const tarball = tarballs.find(
        (file) => file.startsWith(prefix) && /^\d/.test(file.slice(prefix.length)),
      );
      if (tarball === undefined) throw new Error(`${name} was not packed`);
      return { name, folder, tarball: join(destination, tarball) };
    });
}
