// Forgets to wait for a transaction that fails.
import { openLmdbStore } from "../../src/index.ts";

const [path = ""] = process.argv.slice(2);
const store = await openLmdbStore(path, { collections: ["notes"] });
void store.transact([], () => {
  throw new Error("forgotten");
});
