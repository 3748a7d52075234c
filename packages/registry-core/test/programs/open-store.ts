// What the contract suite, and its processes, open.
import { join } from "node:path";

import { openJsonStore } from "../../src/store/json-store.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import type { Store } from "../../src/store/store.ts";

export function openStore(folder: string, kind: "memory" | "json" | "json, not durable"): Store {
  switch (kind) {
    case "memory":
      return createMemoryStore();
    case "json":
      return openJsonStore(join(folder, "records.json"));
    case "json, not durable":
      return openJsonStore(join(folder, "records.json"), { durability: "none" });
  }
}
