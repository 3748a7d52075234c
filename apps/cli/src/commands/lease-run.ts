import { holderOf, type LeaseFields } from "@x/registry-core/leases";
import type { Root } from "@x/registry-core/workspace";

import { usageError } from "../arguments.ts";
import type { Command, Invocation, Outcome } from "../command.ts";
import { ExitCodeError } from "../errors/cli-error.ts";
import { describeError } from "../errors/describe-error.ts";
import { EXIT } from "../errors/exit-code.ts";
import { HeldLease } from "../leases/held-lease.ts";
import { leaseEnvironment, leasesAround } from "../leases/lease-fence.ts";
import { LEASE_FIELD_OPTIONS, leaseFields } from "../leases/lease-fields.ts";
import { leaseOptions, leaseRoot } from "../leases/lease-root.ts";
import { keepRenewed } from "../processes/keep-renewed.ts";
import { relaySignals, type SignalRelay } from "../processes/signal-relay.ts";
import {
  type CommandEnd,
  exitCodeOf,
  startCommand,
  type StartedCommand,
} from "../processes/start-command.ts";
import { leaseLabel } from "../screen/phase-word.ts";

const DEFAULT_TTL_MILLISECONDS = 5 * 60_000;
// Each heartbeat waits for the disk, and three of them must fit in.
const SHORTEST_TTL_MILLISECONDS = 500;
const HEARTBEATS_PER_TTL = 3;
// The name of a command may be of any length.
const LONGEST_REASON = 1000;
const LONGEST_BETWEEN_HEARTBEATS_MILLISECONDS = 3_600_000;

export const leaseRun: Command = {
  synopsis: "<phase> -- <command> [<args>...]",
  example: "cabinet lease run 3 --write 'src/auth/**' -- npm run agent",
  arguments: 1,
  completes: ["phase"],
  takesCommandLine: true,
  options: {
    ...LEASE_FIELD_OPTIONS,
    ttl: { type: "string", value: "<duration>", summary: "Heartbeats renew it; default 5m" },
    "stop-when-lost": {
      type: "boolean",
      summary: "Send the command SIGTERM when somebody else ends the lease",
    },
  },
  run: async (invocation) => {
    const root = await leaseRoot(invocation);
    const fields = await leaseFields(invocation);
    const { ttl_ms = DEFAULT_TTL_MILLISECONDS } = fields;
    if (ttl_ms < SHORTEST_TTL_MILLISECONDS) {
      throw usageError(`--ttl is too short: it takes ${SHORTEST_TTL_MILLISECONDS}ms or more.`);
    }
    const relay = relaySignals(invocation.host);
    try {
      return await runHolding(invocation, root, { ...fields, ttl_ms, holder: holderOf() }, relay);
    } finally {
      relay.stop();
    }
  },
};

/** From the grant on, nothing but SIGKILL ends this process before the lease is ended. */
async function runHolding(
  invocation: Invocation,
  root: Root,
  fields: LeaseFields & { readonly ttl_ms: number },
  relay: SignalRelay,
): Promise<Outcome> {
  const { options, onWarning, say, cwd, commandLine, env } = invocation;
  const outer = leasesAround(env);
  const line = { words: commandLine, cwd: cwd(), isStdoutKept: options["json"] === true };
  let started: StartedCommand | undefined;
  const onLost = (): void => {
    if (options["stop-when-lost"] === true) started?.kill("SIGTERM");
  };
  const world = { root: root.path, options: leaseOptions(invocation), onWarning, onLost };
  const held = new HeldLease(fields, world);
  const { phase_id: phase, epoch = 0 } = held.lease;
  say(`Holding ${leaseLabel(held.lease)}.`);
  // Signals that came while the registry was waited for are heard of in the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  const early = relay.early();
  if (early !== undefined) {
    const end = { exitCode: null, signal: early };
    return finish(root, held, end, `it was ended by ${early} before its command was started`);
  }
  const own = leaseEnvironment([...outer, { root: root.path, phase, epoch }]);
  // From before the command: it may run already, and a gap count, while its start is waited for.
  const stop = renewAgainAndAgain(invocation, held, fields.ttl_ms);
  started = startCommand({ ...line, env: { ...env, ...own } });
  relay.passTo(started.kill);
  const giveUp = (error: unknown): never => failToStart(invocation, held, error);
  const end = await started.ended.finally(stop).catch(giveUp);
  return finish(root, held, end, `its command was ended by ${end.signal}`);
}

function renewAgainAndAgain(
  { host, now, say }: Invocation,
  held: HeldLease,
  ttl: number,
): () => void {
  return keepRenewed({
    milliseconds: Math.min(ttl / HEARTBEATS_PER_TTL, LONGEST_BETWEEN_HEARTBEATS_MILLISECONDS),
    renew: () => held.renew(),
    isDue: () => held.isTouched(),
    onGap: (passed) => {
      if (held.isLost) return;
      const seconds = Math.round(passed / 1000);
      say(`${seconds} s have passed at once: this machine slept, or Cabinet was stopped.`);
    },
    now,
    every: host.every,
  });
}

function failToStart({ onWarning }: Invocation, held: HeldLease, error: unknown): never {
  const { message } = describeError(error);
  try {
    held.crash(message.slice(0, LONGEST_REASON));
  } catch (failure) {
    // Why there is nothing to hold it for goes first.
    onWarning({
      code: "LEASE_NOT_ENDED",
      message: describeError(failure).message,
      path: held.path,
    });
  }
  throw error;
}

function finish(root: Root, held: HeldLease, end: CommandEnd, reason: string): Outcome {
  const exitCode = exitCodeOf(end);
  try {
    if (end.signal === null) held.close();
    else held.crash(reason);
  } catch (error) {
    // What the command says of itself goes first.
    throw new ExitCodeError(exitCode || EXIT.failed, error);
  }
  return {
    data: { root, lease: held.lease, ...end },
    exitCode: exitCode || (held.isLost ? EXIT.failed : EXIT.done),
  };
}
