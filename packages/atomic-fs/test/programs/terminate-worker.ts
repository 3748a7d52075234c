// A worker thread takes the lock of a file and is terminated inside its section; then the main
// thread, whose process lives on, takes the lock.
import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

import { withFileLock, withFileLockSync } from "@x/atomic-fs";

if (isMainThread) {
  const file = process.argv[2] ?? "";
  // In Node 20 the loader of the main thread does not serve workers: it is loaded there once more.
  const load = `await import(${JSON.stringify(import.meta.url)});`;
  const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const register = `import { register } from ${loader}; register();`;
  const source = process.versions["bun"] === undefined ? register + load : load;
  const worker = new Worker(new URL(`data:text/javascript,${source}`), { workerData: file });
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
