import fs from "node:fs";

import { errnoOf } from "../errors.ts";

/**
 * What Linux tells about processes. On other systems all of it is undefined. What could not be read
 * for want of something (file descriptors, memory) is thrown: to take it for absent would make
 * live processes dead.
 */
const WANTING: ReadonlySet<string | undefined> = new Set([
  "EMFILE",
  "ENFILE",
  "ENOMEM",
  "EIO",
  "EAGAIN",
  "EINTR",
]);

/** One process or thread, by its folder below /proc: `self`, `42`, `42/task/43`. */
export interface Task {
  /** Clock ticks from boot to its start (proc_pid_stat(5), field 22). */
  readonly start: string;
  /** Over, but its parent has not collected its exit status yet. */
  readonly isZombie: boolean;
}

export function readTask(folder: string): Task | undefined {
  const text = readText(`/proc/${folder}/stat`);
  if (text === undefined) return undefined;
  // The second field is the command in parentheses and may hold spaces and parentheses itself.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  const start = fields[19];
  return start === undefined ? undefined : { start, isZombie: state === "Z" || state === "X" };
}

/** Whether the process of a zombie is over: its other threads may still be inside system calls. */
export function hasOneTask(pid: number): boolean {
  try {
    return fs.readdirSync(`/proc/${pid}/task`).length <= 1;
  } catch (error) {
    // The folder vanishes with the process.
    throwIfWanting(error);
    return true;
  }
}

/** Whether the id is that of a thread, which has a folder below /proc as a process has. */
export function isThread(id: number): boolean {
  const process = /^Tgid:\s*(\d+)$/m.exec(readText(`/proc/${id}/status`) ?? "")?.[1];
  return process !== undefined && process !== String(id);
}

/** Whether there is a process of this id here, by whatever user, also where there is no /proc. */
export function existsHere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return errnoOf(error) === "EPERM";
  }
}

/** The id of the thread that asks; that of the main thread is the pid. */
export function readThreadId(): number | undefined {
  const [pid, , thread] = readLink("/proc/thread-self")?.split("/") ?? [];
  return pid === String(process.pid) && thread !== undefined ? Number(thread) : undefined;
}

/** In a new pid namespace /proc may still be the outer one, where our pids name other processes. */
export function isProcOurs(): boolean {
  return readLink("/proc/self") === String(process.pid);
}

/** `0` where there is none. */
export function namespaceInode(kind: "pid" | "time"): number {
  return Number(/\d+/.exec(readLink(`/proc/self/ns/${kind}`) ?? "")?.[0] ?? "0");
}

/** Processes in pid namespaces below this one that call themselves `pid`, by their pid here. */
export function findNested(pid: number): number[] | undefined {
  const found: number[] = [];
  for (const name of readFolder("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const status = readText(`/proc/${name}/status`);
    // Its pid in each namespace, from this one inwards (proc_pid_status(5)).
    const pids = /^NSpid:\s*(.*)$/m.exec(status ?? "")?.[1]?.split(/\s+/);
    if (pids === undefined) {
      if (fs.existsSync(`/proc/${name}`)) return undefined;
      continue;
    }
    if (pids.length > 1 && pids.at(-1) === String(pid)) found.push(Number(name));
  }
  return found;
}

export function readText(path: string): string | undefined {
  try {
    return fs.readFileSync(path, "utf8").trim();
  } catch (error) {
    // Absent on this system, or the process it speaks of is gone: the caller's default says so.
    throwIfWanting(error);
    return undefined;
  }
}

function readFolder(path: string): string[] {
  try {
    return fs.readdirSync(path);
  } catch (error) {
    // No /proc: there is nothing to be found in it.
    throwIfWanting(error);
    return [];
  }
}

function readLink(path: string): string | undefined {
  try {
    return fs.readlinkSync(path);
  } catch (error) {
    // No /proc (not Linux): one namespace for all, and no start times.
    throwIfWanting(error);
    return undefined;
  }
}

function throwIfWanting(error: unknown): void {
  if (WANTING.has(errnoOf(error))) throw error;
}
