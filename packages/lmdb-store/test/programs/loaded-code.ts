// Says when lmdb's native code is in the process: before and after what the store is asked for.
import { openLmdbStore } from "../../src/index.ts";

const [path = ""] = process.argv.slice(2);
const options = { collections: ["notes"] };

function say(when: string): void {
  const { sharedObjects } = process.report.getReport() as { sharedObjects: string[] };
  const isLoaded = sharedObjects.some((name) => name.includes("lmdb"));
  process.stdout.write(`${when}: ${isLoaded ? "yes" : "no"}\n`);
}

say("imported");
await (await openLmdbStore(":memory:", options)).close();
say("in memory");
await openLmdbStore(path, options).catch(() => say("damaged"));
await (await openLmdbStore(`${path}.new`, options)).close();
say("opened");
