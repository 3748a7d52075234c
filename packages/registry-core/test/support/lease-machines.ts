import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

import {
  clearLease,
  closeLease,
  crashLease,
  getLease,
  grantLease,
  heartbeatLease,
  type LeaseClock,
  leasesIn,
  type LeaseOptions,
  listLeases,
  reclaimLease,
  registryPath,
  restoreLeases,
  type StoreLeases,
} from "../../src/leases/index.ts";
import { openJsonStore } from "../../src/store/json-store.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { setClock, type SetClock } from "./lease-clock.ts";
import { QUICKLY } from "./lease-project.ts";

/** The leases of a root with the calls that those of a store have. */
function leasesOfFile(root: string, clock: LeaseClock): StoreLeases {
  const options: LeaseOptions = { ...QUICKLY, clock };
  return {
    grant: async (fields) => grantLease(root, fields, options),
    close: async (phase, fence) => closeLease(root, phase, { ...options, ...fence }),
    crash: async (phase, reason, fence) =>
      crashLease(root, phase, reason, { ...options, ...fence }),
    heartbeat: async (phase, request) => heartbeatLease(root, phase, { ...options, ...request }),
    reclaim: async (phase, request) => reclaimLease(root, phase, { ...options, ...request }),
    clear: async (phase, request) => clearLease(root, phase, { ...options, ...request }),
    restore: async (phase) => restoreLeases(root, phase, options),
    get: async (phase) => getLease(root, phase, options),
    list: async () => listLeases(root, options),
  };
}

/** The same machine over a file, the memory and a JSON store, with one clock, each in its own folder. */
export async function withMachines<R>(
  folder: string,
  run: (machines: readonly StoreLeases[], clock: SetClock) => Promise<R>,
): Promise<R> {
  const clock = setClock();
  mkdirSync(dirname(registryPath(folder)), { recursive: true });
  const stores = [createMemoryStore(), openJsonStore(join(folder, "leases.json"), QUICKLY)];
  const machines = [
    leasesOfFile(folder, clock),
    ...stores.map((store) => leasesIn(store, { clock })),
  ];
  try {
    return await run(machines, clock);
  } finally {
    for (const store of stores) await store.close();
  }
}

/** What it gives, or the code, the words and the lease of its error. */
export async function outcomeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return { value: await call };
  } catch (error) {
    const { code, message, lease, holderState } = Object(error);
    if (typeof code !== "string" || !code.startsWith("LEASE_")) throw error;
    return { code, message, lease, holderState };
  }
}
