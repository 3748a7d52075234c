// The contract suite under another runner than that of this repository.
import test from "node:test";

import { testStore } from "../../src/testing/index.ts";

testStore({
  test: (title, run) => void test(title, run),
  factory: { module: new URL("open-store.ts", import.meta.url), args: ["memory"] },
  supports: { durable: false, processes: false, sync: true },
});
