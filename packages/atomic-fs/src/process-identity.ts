import fs from "node:fs";
import os from "node:os";

import { errnoOf } from "./errors.ts";

/**
 * Who holds a lock. A process is named by what no other process has: its machine, the boot, the
 * pid namespace, the pid, and the start time that makes a reused pid a different one. No clock
 * and no heartbeat is involved, so neither a sleeping holder nor a clock jump changes the answer.
 */
export interface ProcessIdentity {
  /** Hash of machine id and host name. */
  readonly machine: string;
  /** `0` where the system does not tell (not Linux). */
  readonly boot: string;
  /** Pid namespace; `0` where there is none. */
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
    machine: hash(`${readText("/etc/machine-id") ?? ""}\n${os.hostname()}`),
    boot: (readText("/proc/sys/kernel/random/boot_id") ?? "0").slice(0, 8),
    namespace: readNamespace(),
    pid: process.pid,
    start: statOf("self")?.start ?? "0",
  };
  return own;
}

/** Whether the process still runs, as seen from `here`. `unknown` is never a licence to break. */
export function livenessOf(identity: ProcessIdentity, here: ProcessIdentity): Liveness {
  if (identity.machine !== here.machine) return "unknown";
  if (identity.boot !== here.boot) {
    // The machine was started anew since. Where the system does not tell its boot, nobody knows.
    return identity.boot === "0" || here.boot === "0" ? "unknown" : "dead";
  }
  if (identity.namespace !== here.namespace) return "unknown";
  return livenessHere(identity);
}

function livenessHere({ pid, start }: ProcessIdentity): Liveness {
  const seen = statOf(String(pid));
  if (seen !== undefined && start !== "0") {
    if (seen.start !== start) return "dead";
    return seen.isZombie && hasOneTask(pid) ? "dead" : "alive";
  }
  // Not in /proc: it is gone, or hidden (hidepid), or there is no /proc here.
  if (!acceptsSignals(pid)) return "dead";
  return start === "0" ? "unknown" : "alive";
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

function readNamespace(): string {
  try {
    return /\d+/.exec(fs.readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
  } catch {
    // No /proc (not Linux): one namespace for all.
    return "0";
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
