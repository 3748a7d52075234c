import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";

/** Why processes cannot be traced here; undefined: they can. */
export const cannotTrace = reasonNotToTrace();

function reasonNotToTrace(): string | undefined {
  if (process.platform !== "linux") return "strace is for Linux";
  const { error, status } = spawnSync("strace", ["-o", "/dev/null", "true"], { timeout: 10_000 });
  if (error !== undefined) return "strace is not installed";
  return status === 0 ? undefined : "processes may not be traced here (ptrace)";
}

/** One system call of a traced process, in the order in which they began. */
export interface SystemCall {
  /** Of its threads in the order in which they were started: 0 is the main one. */
  readonly thread: number;
  readonly name: string;
  /** Its arguments and its result as strace prints them, with the paths of descriptors. */
  readonly text: string;
  /** The how many-th of this name in its thread, from 1: what strace's `when` counts. */
  readonly ordinal: number;
}

/** What is done to one call. */
export interface Injection {
  readonly call: SystemCall;
  /** Such as `signal=KILL`, `error=EIO`, `delay_enter=5000`. */
  readonly fault: string;
}

/** A tracer at a process; it is at work once this is there. */
export class Tracer {
  readonly #strace: ChildProcess;
  readonly #log: string;
  readonly #threads: readonly number[];

  private constructor(strace: ChildProcess, log: string, threads: readonly number[]) {
    this.#strace = strace;
    this.#log = log;
    this.#threads = threads;
  }

  /**
   * Without an injection all threads are traced, with one only that of the call. With `isFull`, the
   * bytes that are written are told too.
   */
  static async attach(
    pid: number,
    log: string,
    { injection, isFull = false }: { injection?: Injection | undefined; isFull?: boolean } = {},
  ): Promise<Tracer> {
    const threads = readdirSync(`/proc/${pid}/task`)
      .map(Number)
      .toSorted((one, other) => one - other);
    const traced = injection === undefined ? threads : [threads[injection.call.thread]];
    const strings = isFull ? ["-xx", "-s", String(2 ** 20)] : ["-s", "0"];
    const args = ["-y", ...strings, "-o", log, ...optionsOf(injection)];
    for (const thread of traced) args.push("-p", String(thread));
    const strace = spawn("strace", args, { stdio: ["ignore", "ignore", "pipe"] });
    const said = String((await once(strace.stderr, "data"))[0]);
    if (!said.includes("attached")) throw new Error(`strace: ${said}`);
    return new Tracer(strace, log, threads);
  }

  /** Leaves the process, if it still runs, and gives the calls that were seen. */
  async end(): Promise<SystemCall[]> {
    if (this.#strace.exitCode === null && this.#strace.signalCode === null) {
      const ended = once(this.#strace, "exit");
      this.#strace.kill("SIGINT");
      await ended;
    }
    return parseCalls(readFileSync(this.#log, "utf8"), this.#threads);
  }
}

function optionsOf(injection: Injection | undefined): string[] {
  if (injection === undefined) return ["-e", "trace=%file,%desc"];
  const { call, fault } = injection;
  return ["-e", `trace=${call.name}`, "-e", `inject=${call.name}:${fault}:when=${call.ordinal}`];
}

function parseCalls(log: string, threads: readonly number[]): SystemCall[] {
  const calls: SystemCall[] = [];
  const counts = new Map<string, number>();
  for (const line of log.split("\n")) {
    // With one thread, strace leaves its number out.
    const match = /^(?:(\d+) +)?([a-z_0-9]+)\((.*)$/.exec(line);
    if (match === null) continue;
    const [, id, name = "", text = ""] = match;
    const thread = id === undefined ? 0 : threads.indexOf(Number(id));
    const ordinal = (counts.get(`${thread} ${name}`) ?? 0) + 1;
    counts.set(`${thread} ${name}`, ordinal);
    calls.push({ thread, name, text, ordinal });
  }
  return calls;
}
