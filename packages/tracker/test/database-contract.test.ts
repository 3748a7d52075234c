import { join } from "node:path";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { LMDBDatabase } from "../src/lmdb/lmdb-database.ts";
import { MemoryDatabase } from "../src/memory-database.ts";
import { testDatabase } from "./database-contract.ts";

const onWarning = ({ message }: { message: string }): never => {
  throw new Error(message);
};

testDatabase("memory", () => new MemoryDatabase());
testDatabase(
  "LMDB",
  () => new LMDBDatabase({ path: join(temporaryFolder(), "agents.lmdb"), onWarning }),
);
testDatabase("LMDB without a file", () => new LMDBDatabase({ path: ":memory:", onWarning }));
