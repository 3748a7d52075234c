import { readdirSync } from "node:fs";
import { join } from "node:path";

import { runPnpm } from "../../../../scripts/workspace.mjs";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";

export const PLUGIN_NAME = "@x/opencode-plugin";

/** The package as it is published: its tarball. */
export function packPlugin(): string {
  const folder = temporaryFolder();
  const args = [`--filter=${PLUGIN_NAME}`, "pack", `--pack-destination=${folder}`];
  runPnpm(args, { quiet: true });
  const [tarball = ""] = readdirSync(folder);
  return join(folder, tarball);
}

/** What npm needs to reach its registry, which a sandbox has cut off. */
export function registryEnv(): NodeJS.ProcessEnv {
  const isOfNpm = /^(npm_config_.*|https?_proxy|node_extra_ca_certs|ssl_cert_(?:file|dir))$/i;
  const own = Object.entries(process.env).filter(([name]) => isOfNpm.test(name));
  const exempt = [process.env["NO_PROXY"] ?? process.env["no_proxy"], "127.0.0.1,localhost"];
  return {
    HTTP_PROXY: undefined,
    HTTPS_PROXY: undefined,
    npm_config_registry: undefined,
    ...Object.fromEntries(own),
    NO_PROXY: exempt.filter((names) => names !== undefined).join(","),
  };
}
