import { describe, expect, test } from "vitest";

import { isLongTier } from "../../../test/tier.ts";
import { bash } from "./harness/calls.ts";
import { outcomeOf } from "./harness/outcome.ts";
import { agentsOf, client, openScenario, type Scenario, soon } from "./harness/scenario.ts";
import { openTerminal, type TerminalClient, type TerminalEnding } from "./harness/terminal.ts";

const RUNS = isLongTier ? 30 : 10;
const AT_ONCE = 2;
const byNumber = (one: number, other: number): number => one - other;
// The client gives its end that long; what takes longer, it breaks off.
const LONGEST_END_MILLISECONDS = 5_000;

interface OpenedTerminal {
  readonly scenario: Scenario;
  readonly terminal: TerminalClient;
  /** Resolves when the agent that works here has that many points, by a flush of the plugin's own. */
  readonly hasPoints: (points: number) => Promise<unknown>;
}

/** Resolves when the client is drawn and the plugin is there, which tells of an option that is none. */
async function open(): Promise<OpenedTerminal> {
  const scenario = await openScenario({
    turns: [{ tools: [bash("true")] }, { text: "this is my answer" }],
    files: { ".ai/plan-login.md": "# Login\n" },
    options: { isWatched: true },
  });
  const terminal = openTerminal(scenario);
  await terminal.shows("Ask anything");
  await soon(() => scenario.log().find((line) => line.includes("isWatched")), "the plugin");
  const hasPoints = (points: number): Promise<unknown> => {
    const agent = (): unknown =>
      agentsOf(scenario.database).find(({ experience_points }) => experience_points === points);
    return soon(agent, `${points} points`);
  };
  return { scenario, terminal, hasPoints };
}

/** What people do before they end the client. */
const USES: readonly ((opened: OpenedTerminal) => Promise<TerminalEnding>)[] = [
  ({ terminal }) => terminal.quit(),
  // A prompt, and away: the flush is left to a process that outlives the client.
  async ({ scenario, terminal, hasPoints }) => {
    terminal.type("hello\r");
    await terminal.shows("this is my answer");
    const ending = await terminal.quit();
    // An end that the client breaks off starts nobody: then who looks next finds it in the journal.
    if (ending.milliseconds < LONGEST_END_MILLISECONDS) await hasPoints(1);
    expect(await outcomeOf(scenario)).toMatchObject({ points: 1 });
    return ending;
  },
  // A command, which is done: what it earned is there while the client is.
  async ({ scenario, terminal, hasPoints }) => {
    terminal.type("/plans");
    // The client offers it: it knows of it, and takes it for no prompt.
    await terminal.shows("Cabinet: the plans");
    terminal.type(" ");
    // A key may still choose from what is offered; on an empty line it does nothing.
    await soon(() => {
      terminal.type("\r");
      return scenario.server.turnsUsed() > 0 || undefined;
    }, "the command");
    await terminal.shows("this is my answer");
    await hasPoints(3);
    return terminal.quit();
  },
];

describe.skipIf(client === undefined || process.platform === "win32")(
  "the client in a terminal, with the plugin",
  () => {
    test(
      `ends by itself, in time and without a signal, each of ${RUNS} times`,
      async ({ annotate }) => {
        const endings: TerminalEnding[] = [];
        let started = 0;
        const lane = async (): Promise<void> => {
          while (started < RUNS) {
            const use = USES[started % USES.length];
            started += 1;
            const opened = await open();
            const ending = await use?.(opened);
            if (ending !== undefined) endings.push(ending);
          }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, lane));
        const clean = { code: 0, signal: null, milliseconds: expect.any(Number) };
        expect(endings).toEqual(Array.from({ length: RUNS }, () => clean));
        const times = endings
          .map(({ milliseconds }) => Math.round(milliseconds))
          .toSorted(byNumber);
        await annotate(`${times.join(", ")} ms`, "the ends");
        // Nine of ten: one may meet a machine that is busy with others.
        expect(times[RUNS * 0.9 - 1]).toBeLessThan(LONGEST_END_MILLISECONDS);
      },
      RUNS * 60_000,
    );
  },
);
