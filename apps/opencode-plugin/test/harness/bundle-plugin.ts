import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { pluginFile } from "./scenario.ts";

const folderOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Makes one file of a plugin in `test/plugins`, from sources, with LMDB installed beside it. */
export async function bundlePlugin(name: string): Promise<string> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(
    realpathSync(folderOf("../../node_modules/lmdb")),
    join(folder, "node_modules/lmdb"),
    "junction",
  );
  const entry = join(folderOf("../plugins"), name);
  const outfile = join(folder, basename(name, ".ts").concat(".mjs"));
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2023",
    conditions: ["@x/source"],
    external: ["lmdb"],
    logLevel: "silent",
    banner: {
      js: 'import { createRequire as createRequireOfBundle } from "node:module"; const require = createRequireOfBundle(import.meta.url);',
    },
  });
  return pluginFile(outfile);
}
