import os from "node:os";

import { identifyProcess, type Liveness, processLiveness } from "@x/atomic-fs";

import type { Holder } from "./lease.ts";

/**
 * The process as a holder of leases, by default this one; undefined when no process has that id. To be
 * given to `grantLease` for a process that lives as long as the work.
 */
export function holderOf(pid: number = process.pid): Holder | undefined {
  const identity = identifyProcess(pid);
  if (identity === undefined) return undefined;
  const { machine, boot, namespace, start } = identity;
  return { host: os.hostname(), machine, boot_id: boot, namespace, pid, start_time: start };
}

/** Whether it lives, as seen from this process. */
export function livenessOfHolder({
  machine,
  boot_id,
  namespace,
  pid,
  start_time,
}: Holder): Liveness {
  return processLiveness({
    machine,
    boot: boot_id,
    namespace,
    pid,
    thread: undefined,
    start: start_time,
  });
}

/** Whether two processes have one clock of the boot: it is that of a time namespace. */
export function sharesClock(one: Clocked, other: Clocked): boolean {
  const [time, otherTime] = [timeNamespaceOf(one), timeNamespaceOf(other)];
  const isKnown = one.boot_id !== "0" && time !== undefined;
  return isKnown && one.boot_id === other.boot_id && time === otherTime;
}

/** Behind that of pids: see `ProcessIdentity`. */
function timeNamespaceOf({ namespace }: Clocked): string | undefined {
  return namespace.split(".")[1];
}

type Clocked = Pick<Holder, "boot_id" | "namespace">;
