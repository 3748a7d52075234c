// A process of the suite: opens the store, says "ready", waits for a first line, does its task, and
// closes the store. Then it has nothing more to do, and ends: a store that is closed keeps nothing.
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";

import { openStore } from "./store-factory.ts";
import { type Assignment, runTask } from "./tasks.ts";

// What is said has left the process when `say` returns, whatever becomes of it then.
const say = (line: string): void => void writeSync(1, `${line}\n`);

// The suite is the only one who starts this.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const { factory, folder, task } = JSON.parse(process.argv[2] ?? "") as Assignment;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const store = await openStore(factory, folder);
say("ready");
await lines.next();

await runTask(store, task, { heard: { [Symbol.asyncIterator]: () => lines }, say });
await store.close();
