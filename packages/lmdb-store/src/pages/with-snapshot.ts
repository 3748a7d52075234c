import type { LockOptions } from "@x/atomic-fs";

import type { Environment } from "../environment.ts";
import { FORMAT_KEY } from "../record-codec.ts";
import { underLock } from "../under-lock.ts";

/**
 * Runs `work` on the file of the newest transaction, which a reader holds until it is done: LMDB writes
 * over none of its pages. Nobody writes until `work` gives its promise; it reads the header before.
 */
export async function withSnapshot<R>(
  environment: Environment,
  patience: LockOptions,
  work: () => Promise<R>,
): Promise<R> {
  return environment.hold(async () => {
    const { working, reader } = await underLock(environment.path, patience, () => ({
      reader: beginReader(environment),
      working: work(),
    }));
    try {
      return await working;
    } finally {
      reader.done();
    }
  });
}

function beginReader(environment: Environment) {
  // To read a file that was cut would end the process.
  environment.assertSameFile();
  const { root } = environment;
  root.resetReadTxn();
  const reader = root.useReadTransaction();
  // LMDB begins a transaction when something is read.
  root.getBinaryFast(FORMAT_KEY);
  return reader;
}
