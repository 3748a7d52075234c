import { assertName } from "./agent-text.ts";
import { createRunFile } from "./change-run-file.ts";
import { createClaim } from "./executor-claim.ts";
import { type ExecutorLock, takeExecutorLock } from "./executor-lock.ts";
import { fenceOf, removeClaim, type RunFence, writeClaim } from "./run-fence.ts";
import { about } from "./run-files.ts";

/** Who is to have the run, and how long to wait for it. */
export interface OpenOptions {
  /** Who opens the run, as others are told who find it held. */
  readonly executor: string;
  /** How long to wait for another executor. Default 1000. */
  readonly timeoutMilliseconds?: number | undefined;
  /** Default: the system's clock. */
  readonly now?: (() => Date) | undefined;
}

const DEFAULT_TIMEOUT_MILLISECONDS = 1000;

/** A run that this process has, and no other. */
export interface HeldRun {
  readonly fence: RunFence;
  /** Throws `PLANNING_RUN_LOST` where it was taken away. */
  readonly release: () => Promise<void>;
}

// Who works here is nothing that another checkout should know of. It is there before that is written down.
const IGNORED = "# Of this machine only.\nexecutor.*\ncurrent-agent-id.txt\n*.lock*\n*.tmp.*\n";

/** Throws `PLANNING_RUN_INVALID` for what nobody can be called, and a TypeError without options. */
export function assertExecutor(folder: string, options: OpenOptions): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError("the run needs options that say who executes it: { executor }");
  }
  const { executor } = options;
  about(folder, () => assertName("name of the executor", executor));
}

/** Takes a run, whose folder is there, and writes down who has it. Throws `PLANNING_RUN_HELD`. */
export async function holdRun(folder: string, options: OpenOptions): Promise<HeldRun> {
  const { executor, timeoutMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS, now = clock } = options;
  const lock = await takeExecutorLock(folder, timeoutMilliseconds);
  try {
    createRunFile(folder, "ignore", () => IGNORED);
    const claim = createClaim(executor, now().toISOString());
    await writeClaim(folder, claim);
    const fence = fenceOf(folder, claim.token, false);
    return { fence, release: () => release(fence, lock) };
  } catch (error) {
    throw await releasedAfter(lock, error);
  }
}

export function clock(): Date {
  return new Date();
}

/** The claim first: who is next names itself. */
async function release({ folder, token }: RunFence, lock: ExecutorLock): Promise<void> {
  try {
    await removeClaim(folder, token);
  } catch (error) {
    throw await releasedAfter(lock, error);
  }
  await lock.release();
}

/** The failure that came first is the one that is thrown. */
async function releasedAfter(lock: ExecutorLock, failure: unknown): Promise<unknown> {
  try {
    await lock.release();
  } catch {
    // That the lock was taken away as well is no help.
  }
  return failure;
}
