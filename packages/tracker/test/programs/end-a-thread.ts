// As the client's terminal does it with its plugins: runs a host in a thread, which is ended as soon as it has left its
// journal. Arguments: as of `host-that-leaves.ts`.
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

import { nodeRuntime } from "../../../../test/run-typescript.ts";

const host = fileURLToPath(new URL("host-that-leaves.ts", import.meta.url));
const runner = "bun" in process.versions ? [] : nodeRuntime.flags;
const [file = "", ...argv] = [...runner, host, ...process.argv.slice(2)];
const worker = new Worker(file, { argv });
worker.once("message", () => {
  void worker.terminate();
  process.exit(0);
});
