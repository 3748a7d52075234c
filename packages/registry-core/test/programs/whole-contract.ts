// Runs the contract suite of the JSON store without a test runner: so it runs on every runtime.
import { testStore } from "../../src/testing/index.ts";

const tests: [title: string, run: () => Promise<void>][] = [];
testStore({
  test: (title, run) => tests.push([title, run]),
  factory: { module: new URL("open-store.ts", import.meta.url), args: ["json"] },
  supports: { durable: true, processes: true, sync: true },
  execArgv: process.argv.slice(2),
});
for (const [title, run] of tests) {
  try {
    await run();
  } catch (error) {
    throw new Error(title, { cause: error });
  }
}
process.stdout.write(`${tests.length} passed\n`);
