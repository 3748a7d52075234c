import { joinRunState, openRunState, readExecutor } from "@x/planning/run-state";

import { textOption } from "../arguments.ts";
import type { Command, Invocation, Outcome } from "../command.ts";
import { ExitCodeError } from "../errors/cli-error.ts";
import { EXIT } from "../errors/exit-code.ts";
import { relaySignals, type SignalRelay } from "../processes/signal-relay.ts";
import { type CommandEnd, exitCodeOf, startCommand } from "../processes/start-command.ts";
import { type RunAround, runEnvironment, runsAround } from "../runs/run-state-around.ts";
import { runInItsName } from "../runs/run-state-change.ts";
import { RUN_PLACE_OPTIONS, type RunPlace, runPlace } from "../runs/run-state-folder.ts";

export const runStateRun: Command = {
  synopsis: "-- <command> [<args>...]",
  example: "cabinet run-state run --executor claude-1 -- npm run agent",
  arguments: 0,
  takesCommandLine: true,
  options: {
    ...RUN_PLACE_OPTIONS,
    executor: { type: "string", value: "<name>", summary: "Who others are told is at work" },
  },
  run: async (invocation) => {
    const place = await runPlace(invocation);
    const relay = relaySignals(invocation.host);
    try {
      return await runHolding(invocation, place, relay);
    } finally {
      relay.stop();
    }
  },
};

const DEFAULT_EXECUTOR = "cabinet run-state run";

/** A run while the command runs. */
interface WorkedRun {
  readonly token: string;
  /** Whose name it is worked in. */
  readonly executor: string;
  /** Throws `PLANNING_RUN_LOST` where the run was taken away meanwhile. */
  readonly leave: () => Promise<void>;
}

/** Once the run is open, nothing but SIGKILL ends this process before it is closed. */
async function runHolding(
  invocation: Invocation,
  place: RunPlace,
  relay: SignalRelay,
): Promise<Outcome> {
  const run = (await runOfOuter(invocation, place)) ?? (await ownRun(invocation, place));
  const { executor } = run;
  let end: CommandEnd;
  try {
    end = await endOfCommand(invocation, { ...place, token: run.token }, relay);
  } catch (error) {
    await run.leave().catch(() => {
      // Why there is nothing to hold it for goes first.
    });
    throw error;
  }
  const exitCode = exitCodeOf(end);
  try {
    await run.leave();
  } catch (error) {
    // What the command says of itself goes first.
    throw new ExitCodeError(exitCode || EXIT.failed, error);
  }
  return { data: { ...place, executor, ...end }, exitCode };
}

async function ownRun({ options, now, say }: Invocation, { folder }: RunPlace): Promise<WorkedRun> {
  const executor = textOption(options, "executor") ?? DEFAULT_EXECUTOR;
  const { token, close } = await openRunState(folder, { executor, now });
  say(`Holding the run in ${folder} as ${JSON.stringify(executor)}.`);
  return { token, executor, leave: close };
}

/** That of the `run-state run` around this one: it stays open. */
async function runOfOuter(invocation: Invocation, place: RunPlace): Promise<WorkedRun | undefined> {
  const joined = await runInItsName(invocation, place);
  if (joined === undefined) return undefined;
  const { folder, token } = joined;
  const executor = (await readExecutor(folder))?.executor ?? DEFAULT_EXECUTOR;
  invocation.say(`Working on the run in ${folder} for ${JSON.stringify(executor)}.`);
  return { token, executor, leave: async () => void (await joinRunState(folder, token)) };
}

async function endOfCommand(
  { options, cwd, commandLine, env }: Invocation,
  run: RunAround,
  relay: SignalRelay,
): Promise<CommandEnd> {
  // Signals that came while the run was waited for are heard of in the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  const early = relay.early();
  if (early !== undefined) return { exitCode: null, signal: early };
  const outer = runsAround(env).filter(({ token }) => token !== run.token);
  const started = startCommand({
    words: commandLine,
    cwd: cwd(),
    env: { ...env, ...runEnvironment([...outer, run]) },
    isStdoutKept: options["json"] === true,
  });
  relay.passTo(started.kill);
  return started.ended;
}
