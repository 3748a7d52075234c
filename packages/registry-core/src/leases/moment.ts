import type { Liveness } from "@x/atomic-fs";

import { holderOf, livenessOfHolder } from "./holder.ts";
import type { Holder } from "./lease.ts";

/** A reading of the clock of a boot, and whose clock it is. */
interface Uptime extends Pick<Holder, "boot_id" | "namespace"> {
  readonly milliseconds: number;
}

/** When and from where leases are looked at. */
export interface Moment {
  readonly now: Date;
  /** Undefined where there is no such clock. */
  readonly uptime: Uptime | undefined;
  readonly livenessOf: (holder: Holder) => Liveness;
}

/** What the rules are told of the world. Default: this process and its clocks. */
export interface LeaseClock {
  readonly now?: (() => Date) | undefined;
  /** Milliseconds since the boot, the same for all processes of this machine. */
  readonly uptime?: (() => number | undefined) | undefined;
}

export function momentNow({ now = () => new Date(), uptime = readUptime }: LeaseClock): Moment {
  const milliseconds = uptime();
  return {
    now: now(),
    // Asked of a lease that has a holder and an expiry only, and it takes its time to find out.
    get uptime() {
      const here = milliseconds === undefined ? undefined : holderHere();
      if (milliseconds === undefined || here === undefined) return undefined;
      return { boot_id: here.boot_id, namespace: here.namespace, milliseconds };
    },
    livenessOf: livenessOfHolder,
  };
}

let known: Holder | undefined;

function holderHere(): Holder | undefined {
  known ??= holderOf();
  return known;
}

/**
 * The clock behind `process.hrtime` of Node: CLOCK_MONOTONIC of clock_gettime(2), which nobody sets and
 * which stands still while a Linux machine sleeps. That of Bun begins with its process.
 */
function readUptime(): number | undefined {
  if (process.versions["bun"] !== undefined) return undefined;
  return Math.floor(Number(process.hrtime.bigint() / 1_000_000n));
}
