// Runs the contract suite without a test runner: so it runs on every runtime.
import { testStore } from "@x/registry-core/testing";

const tests: [title: string, run: () => Promise<void>][] = [];
testStore({
  test: (title, run) => tests.push([title, run]),
  factory: { module: new URL("open-store.ts", import.meta.url) },
  supports: { durable: true, processes: true, sync: true },
  execArgv: process.argv.slice(2),
  load: 0.25,
});
for (const [title, run] of tests) {
  try {
    await run();
  } catch (error) {
    throw new Error(title, { cause: error });
  }
}
process.stdout.write(`${tests.length} passed\n`);
