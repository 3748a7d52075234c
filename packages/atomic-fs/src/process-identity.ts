import fs from "node:fs";
import os from "node:os";

import { errnoOf } from "./errors.ts";
import { nonce } from "./nonce.ts";

/**
 * Who holds a lock. A process is named by what no other process has: its machine, the boot, the
 * pid namespace, the pid, and the start time that makes a reused pid a different one. No clock
 * and no heartbeat is involved, so neither a sleeping holder nor a clock jump changes the answer.
 */
export interface ProcessIdentity {
  /** Hash of machine id and host name; without a machine id it starts with `0`. */
  readonly machine: string;
  /** `0` where the system does not tell (not Linux). */
  readonly boot: string;
  /** Namespaces of pids and of time (it shifts start times), `0` for one that there is not. */
  readonly namespace: string;
  readonly pid: number;
  /** Clock ticks from boot to the start of the process (proc_pid_stat(5), field 22); `0`: unknown. */
  readonly start: string;
}

export type Liveness = "alive" | "dead" | "unknown";

let own: ProcessIdentity | undefined;

/** The identity of this process. Read once. */
export function ownIdentity(): ProcessIdentity {
  own ??= {
    machine: readMachine(),
    boot: (readText("/proc/sys/kernel/random/boot_id") ?? "0").slice(0, 8),
    namespace: readNamespace(),
    pid: process.pid,
    start: isProcOurs() ? (statOf("self")?.start ?? "0") : "0",
  };
  return own;
}

/** Whether the process still runs, as seen from `here`. `unknown` is never a licence to break. */
export function livenessOf(identity: ProcessIdentity, here: ProcessIdentity): Liveness {
  const { machine, boot, namespace } = identity;
  // A boot id is random: who has ours runs on this machine, whatever it is called by now.
  const isSameBoot = boot === here.boot && boot !== "0";
  if (!isSameBoot && machine !== here.machine) return "unknown";
  if (boot !== here.boot) {
    // Dead with its boot, if that was this machine: which only a machine id tells.
    const isTold = !machine.startsWith("0") && boot !== "0" && here.boot !== "0";
    return isTold ? "dead" : "unknown";
  }
  return namespace === here.namespace ? livenessHere(identity, here) : "unknown";
}

function livenessHere({ pid, start }: ProcessIdentity, here: ProcessIdentity): Liveness {
  const isComparable = start !== "0" && here.start !== "0";
  const seen = isComparable ? statOf(String(pid)) : undefined;
  if (seen !== undefined) {
    if (seen.start !== start) return "dead";
    return seen.isZombie && hasOneTask(pid) ? "dead" : "alive";
  }
  // Not in /proc: it is gone, or hidden (hidepid), or there is no /proc of ours to compare with.
  if (!acceptsSignals(pid)) return "dead";
  return isComparable ? "alive" : "unknown";
}

/** A killed process whose threads are still inside a system call is not over yet. */
function hasOneTask(pid: number): boolean {
  try {
    return fs.readdirSync(`/proc/${pid}/task`).length <= 1;
  } catch {
    // The folder vanishes with the process.
    return true;
  }
}

function acceptsSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return errnoOf(error) === "EPERM";
  }
}

function statOf(pid: string): { start: string; isZombie: boolean } | undefined {
  const text = readText(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The second field is the command in parentheses and may hold spaces and parentheses itself.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  const start = fields[19];
  return start === undefined ? undefined : { start, isZombie: state === "Z" || state === "X" };
}

/** In a new pid namespace /proc may still be the outer one, where our pids name other processes. */
function isProcOurs(): boolean {
  return readLink("/proc/self") === String(process.pid);
}

function readMachine(): string {
  const id = readText("/etc/machine-id") ?? "";
  // No base-36 number starts with 0, so nobody is taken for one with a machine id.
  return (id === "" ? "0" : "") + hash(`${id}\n${os.hostname()}`);
}

function readNamespace(): string {
  // Linux without /proc: which pids are ours is not known, so our namespace is like no other's.
  if (process.platform === "linux" && namespaceInode("pid") === 0) return `x${nonce()}`;
  return ["pid", "time"].map((kind) => namespaceInode(kind).toString(36)).join(".");
}

function namespaceInode(kind: string): number {
  return Number(/\d+/.exec(readLink(`/proc/self/ns/${kind}`) ?? "")?.[0] ?? "0");
}

function readLink(path: string): string | undefined {
  try {
    return fs.readlinkSync(path);
  } catch {
    // No /proc (not Linux): one namespace for all, and no start times.
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return fs.readFileSync(path, "utf8").trim();
  } catch {
    // Absent on this system, or the process it speaks of is gone: the caller's default says so.
    return undefined;
  }
}

/** FNV-1a, 32 bits (RFC 9923): a short name for the machine, not a secret. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return (value >>> 0).toString(36);
}
