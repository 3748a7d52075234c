import os from "node:os";

import { nonce } from "../nonce.ts";
import {
  existsHere,
  hasOneTask,
  isProcOurs,
  isThread,
  namespaceInode,
  readTask,
  readText,
  readThreadId,
} from "./proc.ts";

/**
 * A process, or a thread of one, named by what no other has: its machine, the boot, the pid namespace, the
 * pid, and the start time that makes a reused id a different one. No heartbeat and no clock is involved:
 * neither a sleeping holder nor a clock jump changes the answer.
 */
export interface ProcessIdentity {
  /** Hash of machine id and host name; without a machine id it starts with `0`. */
  readonly machine: string;
  /** `0` where the system does not tell (neither Linux nor macOS). */
  readonly boot: string;
  /** Namespaces of pids and of time (it shifts start times), `0` for one that there is not. */
  readonly namespace: string;
  readonly pid: number;
  /** The worker thread; undefined for the main one, which lives as long as its process. */
  readonly thread: number | undefined;
  /**
   * Clock ticks from boot to the start of the thread. Where there is no /proc, `s` and the second
   * of the epoch in which the process started, as `ps` tells it; `0`: unknown.
   */
  readonly start: string;
}

const COMMAND_TIMEOUT_MILLISECONDS = 2_000;

let own: ProcessIdentity | undefined;
let ownProcessStart: string | undefined;

/** The identity of this thread. Read once. */
export function ownIdentity(): ProcessIdentity {
  own ??= readIdentity();
  return own;
}

/** The start of this process, in the form of `ProcessIdentity.start`. Read once. */
export function processStart(): string {
  ownProcessStart ??= isProcOurs() ? (readTask("self")?.start ?? "0") : startByPs(process.pid);
  return ownProcessStart;
}

/**
 * The identity of a process that runs on this machine, for a record of who does something: undefined
 * when there is none of this number here. Not that of a thread: it is alive as long as the process.
 */
export function identifyProcess(pid: number = process.pid): ProcessIdentity | undefined {
  if (!Number.isSafeInteger(pid) || pid < 1) throw new TypeError(`${pid} is no process id`);
  const here = { ...ownIdentity(), thread: undefined, pid };
  if (pid === process.pid) return { ...here, start: processStart() };
  if (!isProcOurs()) return existsHere(pid) ? { ...here, start: startByPs(pid) } : undefined;
  const task = readTask(String(pid));
  // Hidden (the mount option hidepid), it is there all the same; a zombie is not.
  if (task === undefined) return existsHere(pid) ? { ...here, start: "0" } : undefined;
  if (isThread(pid) || (task.isZombie && hasOneTask(pid))) return undefined;
  return { ...here, start: task.start };
}

function readIdentity(): ProcessIdentity {
  const id = isProcOurs() ? readThreadId() : undefined;
  const thread = id === process.pid ? undefined : id;
  const task = thread === undefined ? undefined : readTask(`self/task/${thread}`);
  return {
    machine: readMachine(),
    boot: (readText("/proc/sys/kernel/random/boot_id") ?? readBootOfMac() ?? "0").slice(0, 8),
    namespace: readNamespace(),
    pid: process.pid,
    thread: task && thread,
    start: task?.start ?? processStart(),
  };
}

/** Windows has no `ps`, and Linux without /proc none that works. */
function startByPs(pid: number): string {
  if (process.platform === "linux" || process.platform === "win32") return "0";
  const second = secondOfStart(pid);
  return second === undefined ? "0" : `s${second}`;
}

/**
 * The second of the epoch in which the process started, told by `ps` (POSIX): as the system noted
 * it then, so that it is the same for all who ask, whatever the clock shows by now.
 */
export function secondOfStart(pid: number): number | undefined {
  const lines = outputOf("ps", ["-o", "lstart=", "-p", String(pid)]);
  const milliseconds = Date.parse(`${lines} UTC`);
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000);
}

/** Random for each boot. Hexadecimal, with `-` between its groups; the first one has eight digits. */
function readBootOfMac(): string | undefined {
  if (process.platform !== "darwin") return undefined;
  const text = outputOf("sysctl", ["-n", "kern.bootsessionuuid"]).toLowerCase();
  return /^[0-9a-f]{8}-/.test(text) ? text : undefined;
}

function outputOf(command: string, args: readonly string[]): string {
  // Not loaded by those who start nothing: it takes longer than all the rest of this package.
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const { stdout, error } = spawnSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
    timeout: COMMAND_TIMEOUT_MILLISECONDS,
  });
  return error === undefined ? stdout.trim() : "";
}

function readMachine(): string {
  const id = readText("/etc/machine-id") ?? "";
  // No base-36 number starts with 0, so nobody is taken for one with a machine id.
  return (id === "" ? "0" : "") + hash(`${id}\n${os.hostname()}`);
}

function readNamespace(): string {
  const pid = namespaceInode("pid");
  // Linux without /proc: which pids are ours is not known, so our namespace is like no other's.
  if (process.platform === "linux" && pid === 0) return `x${nonce()}`;
  return namespaceName(pid, namespaceInode("time"));
}

export function namespaceName(pidInode: number, timeInode: number): string {
  return `${pidInode.toString(36)}.${timeInode.toString(36)}`;
}

/** FNV-1a, 32 bits (RFC 9923): a short name for what is long, not a secret. */
export function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return (value >>> 0).toString(36);
}
