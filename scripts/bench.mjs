// Runs every benchmark, one after the other: from sources, but those of the apps, which measure what is built.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { packageFolders, root, run } from "./workspace.mjs";

const flags = ["--conditions=@x/source", "--import", import.meta.resolve("tsx")];

for (const folder of packageFolders().map((name) => join(root, name, "bench"))) {
  if (!existsSync(folder)) continue;
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  for (const file of files) run(process.execPath, [...flags, join(folder, file)]);
}
