// `npm run consumers`: every package as strangers get it. Each is packed, published to a registry on loopback, and installed
// alone by npm, as its README says, in a project outside of the workspace. Its entries and the examples of its README are
// checked by each TypeScript and run by each runtime; with `--short`, by those that the workspace has anyway.
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startPackageRegistry } from "../test/package-registry.ts";
import { nodeRuntime } from "../test/run-typescript.ts";
import { fetchRuntimes, hasRuntimes } from "../test/runtimes.ts";
import { fetchTypeScripts, ownTypeScript } from "./consumers/check-types.ts";
import { consumerRow, headingsOf } from "./consumers/consumer-row.ts";
import { publishPackages } from "./consumers/publish-packages.ts";
import { table } from "./consumers/table.ts";

const isShort = process.argv.includes("--short");
const consumers = {
  typeScripts: isShort ? [ownTypeScript] : fetchTypeScripts(),
  runtimes: isShort || !hasRuntimes ? [nodeRuntime] : fetchRuntimes(),
};
const faults: string[] = [];
if (!isShort && !hasRuntimes) {
  faults.push("The other runtimes are installed on Linux x64 only: --short does without them.");
}
const outside = realpathSync(mkdtempSync(join(tmpdir(), "cabinet-consumers-")));
const registry = await startPackageRegistry();
try {
  const { url, token } = registry;
  const configuration = `@x:registry=${url}\n${url.replace("http:", "")}:_authToken=${token}\n`;
  const place = { folder: outside, configuration };
  const rows: string[][] = [];
  for (const published of await publishPackages(place)) {
    rows.push(await consumerRow(published, place, consumers, faults));
  }
  console.log(table(headingsOf(consumers), rows));
  console.log(
    "\nInstalls: packages, the package itself included, and their size. Cells: entries + examples.",
  );
} finally {
  await registry.close();
  rmSync(outside, { recursive: true, force: true });
}
for (const fault of faults) console.error(`\n${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
