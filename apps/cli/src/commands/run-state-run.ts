import { openRunState, type RunState } from "@x/planning/run-state";

import { textOption } from "../arguments.ts";
import type { Command, Invocation, Outcome } from "../command.ts";
import { ExitCodeError } from "../errors.ts";
import { EXIT } from "../exit-code.ts";
import { runEnvironment } from "../run-state-change.ts";
import { RUN_PLACE_OPTIONS, type RunPlace, runPlace } from "../run-state-folder.ts";
import { relaySignals, type SignalRelay } from "../signal-relay.ts";
import { type CommandEnd, exitCodeOf, startCommand } from "../start-command.ts";

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

/** Once the run is open, nothing but SIGKILL ends this process before it is closed. */
async function runHolding(
  invocation: Invocation,
  place: RunPlace,
  relay: SignalRelay,
): Promise<Outcome> {
  const { options, now, say } = invocation;
  const executor = textOption(options, "executor") ?? DEFAULT_EXECUTOR;
  const run = await openRunState(place.folder, { executor, now });
  say(`Holding the run in ${place.folder} as ${JSON.stringify(executor)}.`);
  let end: CommandEnd;
  try {
    end = await endOfCommand(invocation, run, relay);
  } catch (error) {
    await run.close().catch(() => {
      // Why there is nothing to hold it for goes first.
    });
    throw error;
  }
  const exitCode = exitCodeOf(end);
  try {
    await run.close();
  } catch (error) {
    // What the command says of itself goes first.
    throw new ExitCodeError(exitCode || EXIT.failed, error);
  }
  return { data: { ...place, executor, ...end }, exitCode };
}

async function endOfCommand(
  { options, cwd, commandLine, env }: Invocation,
  run: RunState,
  relay: SignalRelay,
): Promise<CommandEnd> {
  // Signals that came while the run was waited for are heard of in the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  const early = relay.early();
  if (early !== undefined) return { exitCode: null, signal: early };
  const started = startCommand({
    words: commandLine,
    cwd: cwd(),
    env: { ...env, ...runEnvironment(run) },
    isStdoutKept: options["json"] === true,
  });
  relay.passTo(started.kill);
  return started.ended;
}
