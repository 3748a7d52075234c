/** Writes to a database until it is killed: every transaction changes records of two collections. */
import { open } from "lmdb";

import { seededRandom } from "../support/seeded-random.ts";

const [path = "", seed = "0", sync = ""] = process.argv.slice(2);
const random = seededRandom(Number(seed));
const root = open({ path, noSubdir: true, overlappingSync: sync === "overlapping" });
const collections = ["notes", "plans"].map((name) =>
  root.openDB<Buffer, Buffer>({ name, keyEncoding: "binary", encoding: "binary" }),
);

for (let transaction = 0; ; transaction += 1) {
  await root.transaction(() => {
    for (const records of collections) {
      for (let change = 0; change < 20; change += 1) {
        const key = Buffer.from(`key ${random(2000)}`);
        if (random(3) === 0) records.removeSync(key);
        else records.putSync(key, Buffer.alloc(random(20) === 0 ? random(60_000) : random(300)));
      }
    }
  });
  if (transaction === 0) process.stdout.write("writing\n");
}
