import { sharesClock } from "./holder.ts";
import type { HolderState, Lease } from "./lease.ts";
import type { Moment } from "./moment.ts";

/** What can be seen of the holder of an open lease, whose `lease_state` stays what it is. */
export function holderState(lease: Lease, moment: Moment): HolderState {
  const { holder } = lease;
  const liveness = holder === undefined ? "unknown" : moment.livenessOf(holder);
  if (liveness === "dead") return "dead";
  return isExpired(lease, moment) ? "expired" : liveness;
}

/**
 * By the clock of the boot where both share one: then neither a clock that is set nor a machine that
 * sleeps ends the lease of a process that could not have renewed it.
 */
function isExpired(lease: Lease, moment: Moment): boolean {
  const { holder, expires_at, expires_uptime_ms } = lease;
  if (expires_at === undefined) return false;
  const { now, uptime } = moment;
  const isShared = holder !== undefined && uptime !== undefined && sharesClock(holder, uptime);
  if (isShared && expires_uptime_ms !== undefined) return uptime.milliseconds >= expires_uptime_ms;
  return now.getTime() >= Date.parse(expires_at);
}

/** A sentence about the holder, without a full stop. */
export function describeHolder({ holder, expires_at }: Lease, state: HolderState): string {
  const end = `expired at ${expires_at}`;
  if (holder === undefined) {
    const unknown = "no process holds it, so nobody can know whether it is still used";
    return state === "expired" ? `it ${end}` : unknown;
  }
  const name = `process ${holder.pid} on ${holder.host}`;
  switch (state) {
    case "expired":
      return `it is held by ${name}, and ${end}`;
    case "dead":
      return `its holder, ${name}, is gone`;
    case "alive":
      return `its holder, ${name}, is running`;
    case "unknown":
      return `its holder, ${name}, cannot be seen from here`;
  }
}
