// Knows no lock: puts back the content that the registry had in the beginning, again and again, until
// there is the file that stops it.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

import { registryPath } from "@x/registry-core/leases";

import { untilAllAreReady } from "../../../../test/start-together.ts";

const [root = "", stopFile = ""] = process.argv.slice(2);
const path = registryPath(root);
const former = readFileSync(path);

await untilAllAreReady();
while (!existsSync(stopFile)) {
  writeFileSync(`${path}.old-tool`, former);
  renameSync(`${path}.old-tool`, path);
}
