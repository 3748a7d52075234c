// A worker thread takes the lock of a file and is terminated inside its section; then the main
// thread, whose process lives on, takes the lock.
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

import { withFileLock, withFileLockSync } from "@x/atomic-fs";

const RUNNER = new URL("../../../../test/run-bundled.mjs", import.meta.url).href;

if (isMainThread) {
  const file = process.argv[2] ?? "";
  const self = fileURLToPath(import.meta.url);
  // Node does not run TypeScript in a worker, either.
  const program = process.versions["bun"] === undefined ? RUNNER : import.meta.url;
  const worker = new Worker(new URL(program), { workerData: file, argv: [self] });
  await once(worker, "message");
  try {
    withFileLockSync(file, () => process.stdout.write("robbed "), { timeoutMilliseconds: 100 });
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.name : "?"} `);
  }
  await worker.terminate();
  withFileLockSync(file, () => process.stdout.write("followed\n"));
} else {
  await withFileLock(String(workerData), () => {
    // The rule is about windows of browsers.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    parentPort?.postMessage("held");
    return new Promise((_resolve) => setInterval(() => {}, 60_000));
  });
}
