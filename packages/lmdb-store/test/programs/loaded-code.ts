// Says when lmdb's native code is in the process: before and after what the store is asked for.
import { openLmdbStore } from "../../src/index.ts";

const [path = ""] = process.argv.slice(2);
const options = { collections: ["notes"] };

function say(when: string): void {
  const objects: unknown = Reflect.get(process.report.getReport(), "sharedObjects");
  const isLoaded = Array.isArray(objects) && objects.some((name) => String(name).includes("lmdb"));
  process.stdout.write(`${when}: ${isLoaded ? "yes" : "no"}\n`);
}

say("imported");
await (await openLmdbStore(":memory:", options)).close();
say("in memory");
await openLmdbStore(path, options).catch(() => say("damaged"));
await (await openLmdbStore(`${path}.new`, options)).close();
say("opened");
