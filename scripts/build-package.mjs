// Builds the package in the current folder: dist holds what src holds now, and nothing older. It is
// put in place when it is complete, for somebody may be running the former one.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { putInPlace } from "./put-in-place.mjs";

const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
const output = `.dist-${process.pid}`;

const { status } = spawnSync(
  process.execPath,
  [tsc, "--project", "tsconfig.build.json", "--outDir", output],
  { stdio: "inherit" },
);
if (status === 0) {
  putInPlace(output);
} else {
  rmSync(output, { recursive: true, force: true });
  process.exitCode = status ?? 1;
}
