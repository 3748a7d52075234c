import { existsHere, findNested, hasOneTask, namespaceInode, readTask, readText } from "./proc.ts";
import {
  namespaceName,
  ownIdentity,
  type ProcessIdentity,
  secondOfStart,
} from "./process-identity.ts";

/** Whether a process runs, as far as it can be seen from here. `unknown` is never a licence to break a lock. */
export type Liveness = "alive" | "dead" | "unknown";

export interface LookOptions {
  /** Also look for processes of namespaces below this one: it reads all of /proc. */
  readonly isThorough: boolean;
}

// The first pid namespace of a boot has this inode (PROC_PID_INIT_INO in Linux's proc_ns.h): every
// process of the machine can be seen from it.
const INITIAL_PID_NAMESPACE = 0xef_ff_ff_fc;

const PS_VALID_MILLISECONDS = 1_000;
let lastAlive = { pid: 0, start: "", until: 0 };

/**
 * Whether the process, or the thread, of that identity still runs, as seen from this one: `unknown` where
 * it runs on another machine, in a container that cannot be looked into, or is not let be seen.
 */
export function processLiveness(identity: ProcessIdentity): Liveness {
  return livenessOf(identity, ownIdentity());
}

/** Whether the thread of that identity still runs, as seen from `here`. */
export function livenessOf(
  identity: ProcessIdentity,
  here: ProcessIdentity,
  options: LookOptions = { isThorough: true },
): Liveness {
  try {
    return judge(identity, here, options);
  } catch {
    // Something could not be read, for want of file descriptors, say: another look will tell.
    return "unknown";
  }
}

function judge(
  identity: ProcessIdentity,
  here: ProcessIdentity,
  { isThorough }: LookOptions,
): Liveness {
  const { machine, boot, namespace } = identity;
  // A boot id is random: who has ours runs on this machine, whatever it is called by now.
  const isSameBoot = boot === here.boot && boot !== "0";
  if (!isSameBoot && machine !== here.machine) return "unknown";
  if (boot !== here.boot) {
    // Dead with its boot, if that was this machine: which only a machine id tells.
    const isTold = !machine.startsWith("0") && boot !== "0" && here.boot !== "0";
    return isTold ? "dead" : "unknown";
  }
  if (namespace === here.namespace) return livenessHere(identity, here);
  return isThorough ? livenessBelow(identity, here) : "unknown";
}

function livenessHere({ pid, thread, start }: ProcessIdentity, here: ProcessIdentity): Liveness {
  if (start.startsWith("s")) return livenessByPs(pid, start);
  const isComparable = start !== "0" && here.start !== "0";
  const task = thread === undefined ? String(pid) : `${pid}/task/${thread}`;
  const seen = isComparable ? readTask(task) : undefined;
  if (seen !== undefined) {
    if (seen.start !== start) return "dead";
    return seen.isZombie && (thread !== undefined || hasOneTask(pid)) ? "dead" : "alive";
  }
  // A terminated worker: its process is seen, the thread is not.
  if (isComparable && thread !== undefined && readTask(String(pid)) !== undefined) return "dead";
  // Not in /proc: it is gone, or hidden (hidepid), or there is no /proc of ours to compare with.
  if (!existsHere(pid)) return "dead";
  return isComparable ? "alive" : "unknown";
}

/**
 * Of a process in another pid namespace, such as a container's: it can be seen from an outer one,
 * and from the outermost one it can be seen that it is gone.
 */
function livenessBelow(identity: ProcessIdentity, here: ProcessIdentity): Liveness {
  const time = namespaceInode("time");
  // Start times of another time namespace cannot be compared.
  const isComparable =
    identity.start !== "0" && identity.namespace.endsWith(namespaceName(0, time).slice(1));
  if (!isComparable || here.start === "0") return "unknown";
  const nested = findNested(identity.pid);
  if (nested === undefined) return "unknown";
  for (const pid of nested) {
    const state = livenessHere({ ...identity, pid, thread: undefined }, here);
    // Of a worker only the process can be told apart: its thread has another number here.
    if (state === "alive" || identity.thread !== undefined) return "alive";
  }
  const seesAll = here.namespace === namespaceName(INITIAL_PID_NAMESPACE, time) && isInitVisible();
  return seesAll ? "dead" : "unknown";
}

/** Hidden processes (the mount option hidepid) hide the first one too, which is root's. */
function isInitVisible(): boolean {
  return readText("/proc/1/status") !== undefined;
}

function livenessByPs(pid: number, start: string): Liveness {
  if (!existsHere(pid)) return "dead";
  const now = performance.now();
  // To ask `ps` costs milliseconds. A wrong answer of a second ago would be one for the living.
  if (lastAlive.pid === pid && lastAlive.start === start && now < lastAlive.until) return "alive";
  const second = secondOfStart(pid);
  if (second === undefined) return "unknown";
  if (start !== `s${second}`) return "dead";
  lastAlive = { pid, start, until: now + PS_VALID_MILLISECONDS };
  return "alive";
}
