// For every path that it reads from its input: takes the stale lock of that path, as one of several
// breakers, with a nap of random length before each file-system call; says when somebody else is
// inside at the same time, and when it is through. `unguarded` is the known-bad double.
import fs from "node:fs";
import { createInterface } from "node:readline";

import { acquireLock, giveBack } from "../../src/acquire-lock.ts";
import { type FileCalls, type Protocol, runSync, syncFileCalls } from "../../src/file-calls.ts";
import { unguardedLock } from "../unguarded-lock.ts";

const discipline = process.argv[2];

/** The calls of two breakers come in ever other orders. */
const calls = new Proxy<FileCalls>(syncFileCalls, {
  get(target, name: keyof FileCalls) {
    if (name !== "nap" && Math.random() < 0.5) target.nap(Math.random());
    return target[name];
  },
});

function* take(lockPath: string): Protocol<() => Protocol<void>> {
  if (discipline === "unguarded") return yield* unguardedLock(lockPath);
  const patience = { started: performance.now(), timeoutMilliseconds: 30_000, isBlocking: true };
  const hold = yield* acquireLock(lockPath, lockPath, patience);
  return () => giveBack(hold);
}

process.stdout.write("ready\n");
for await (const lockPath of createInterface(process.stdin)) {
  const witness = `${lockPath}.witness`;
  const release = runSync(take(lockPath), calls);
  try {
    fs.writeFileSync(witness, "", { flag: "wx" });
    syncFileCalls.nap(1);
    fs.unlinkSync(witness);
    runSync(release(), calls);
    process.stdout.write("through\n");
  } catch (error) {
    process.stdout.write(`two inside: ${String(error)}\n`);
  }
}
