// For every path that it reads from its input: takes the stale lock of that path, as one of several
// breakers, with a nap of random length before each file-system call; says when somebody else is
// inside at the same time, and when it is through. `unguarded` is the known-bad double.
import fs from "node:fs";
import { createInterface } from "node:readline";

import { type FileCalls, syncFileCalls } from "../../src/file-calls.ts";
import { acquireLockSync, giveBack } from "../../src/locks/acquire-lock.ts";
import { takeUnguarded } from "../unguarded-lock.ts";

const discipline = process.argv[2];

/** The calls of two breakers come in ever other orders. */
const calls = new Proxy<FileCalls>(syncFileCalls, {
  get(target, name: keyof FileCalls) {
    if (name !== "nap" && Math.random() < 0.5) target.nap(Math.random());
    return target[name];
  },
});

function take(lockPath: string): () => void {
  if (discipline === "unguarded") {
    for (;;) {
      const release = takeUnguarded(calls, lockPath);
      if (release !== undefined) return release;
      calls.nap(1);
    }
  }
  const patience = { started: performance.now(), timeoutMilliseconds: 30_000 };
  const hold = acquireLockSync(calls, lockPath, lockPath, patience);
  return () => giveBack(calls, hold);
}

process.stdout.write("ready\n");
for await (const lockPath of createInterface(process.stdin)) {
  const witness = `${lockPath}.witness`;
  const release = take(lockPath);
  try {
    fs.writeFileSync(witness, "", { flag: "wx" });
    syncFileCalls.nap(1);
    fs.unlinkSync(witness);
    release();
    process.stdout.write("through\n");
  } catch (error) {
    process.stdout.write(`two inside: ${String(error)}\n`);
  }
}
