// Has a file open by LMDB, as another program would, until it hears a line; says how it is when it has.
import { once } from "node:events";

import { open } from "lmdb";

const root = open<string, string>({ path: process.argv[2] ?? "", maxDbs: 10 });
process.stdout.write("open\n");
await once(process.stdin, "data");
await root.close();
process.stdin.destroy();
