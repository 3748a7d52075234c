import {
  type ClosestPlan,
  findClosestPlan,
  listPlanFiles,
  lookupPlan,
  readPlanText,
  registerPlan,
  updatePlanStatus,
} from "@x/registry-core/session-plans";

import type { CommandCall, CommandOutput } from "../opencode.ts";
import type { Warning } from "../warning.ts";
import { argumentText, setText } from "./command-text.ts";
import { codeSpan } from "./markdown.ts";

/** Which sessions belong together, by their ids: those that have started one, and those that one has started. */
export interface SynthOptions {
  readonly parentsOf?: ((sessionID: string) => readonly string[]) | undefined;
  readonly childrenOf?: ((sessionID: string) => readonly string[]) | undefined;
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

/**
 * A hook for `command.execute.before`: `/synth [name]` becomes the text of the plan that is meant, to be carried out, and
 * the plan's status `executed`. A name is exact or, if only one plan fits, part of it (`[AUTO-RESOLVED]`); without one
 * it is the session's own plan (`[SESSION-RESOLVED]`), or that of the session that has started it. It may throw; who
 * hooks it into a client guards it.
 */
export function createCommandSynthHook(
  dir: string,
  options: SynthOptions = {},
): (call: CommandCall, output: CommandOutput) => Promise<void> {
  return async ({ command, sessionID = "", arguments: typed }, output) => {
    if (command !== "synth") return;
    const asked = argumentText(typed);
    const found =
      asked === "" ? await ownPlan(dir, sessionID, options) : await namedPlan(dir, asked);
    if ("message" in found) {
      setText(output, found.message);
      return;
    }
    const { plan, how } = found;
    setText(output, CANNOT_BE_READ(plan));
    const { text } = await readPlanText(dir, plan, options);
    setText(output, `${how}\n\nCarry out this plan, ${fileOf(plan)}:\n\n${text}`);
    // Without an id it is nobody's.
    if (sessionID !== "") await markExecuted(dir, sessionID, found, options);
  };
}

interface FoundPlan {
  readonly plan: string;
  readonly how: string;
  /** The session that has registered it last. */
  readonly registeredBy: string | undefined;
}

type Found = { readonly message: string } | FoundPlan;

// It stays when the plan cannot be read, and the error says why.
const CANNOT_BE_READ = (plan: string): string =>
  `Tell the user that ${fileOf(plan)} cannot be read (it has more than 1 MiB, or the system does not let it be read), and that nothing was carried out.`;

function fileOf(plan: string): string {
  return codeSpan(`.ai/plan-${plan}.md`);
}

async function ownPlan(dir: string, sessionID: string, options: SynthOptions): Promise<Found> {
  const parents = options.parentsOf?.(sessionID) ?? [];
  const children = options.childrenOf?.(sessionID) ?? [];
  const own = await lookupPlan(dir, sessionID, { parents, children });
  if (own !== null) {
    // By which of them it was registered, the registry knows.
    const owners = [sessionID, ...parents, ...children];
    const registeredBy = await ownerAmong(dir, owners, own.plan);
    return { plan: own.plan, how: `[SESSION-RESOLVED] ${own.plan}`, registeredBy };
  }
  const only = await findClosestPlan(dir, "");
  if (only !== null) return resolved(only, "the only plan there is");
  return { message: `No plan is associated with this session. ${await plansThere(dir)}` };
}

async function ownerAmong(
  dir: string,
  sessions: readonly string[],
  plan: string,
): Promise<string | undefined> {
  for (const id of sessions) {
    if ((await lookupPlan(dir, id))?.plan === plan) return id;
  }
  return undefined;
}

async function namedPlan(dir: string, asked: string): Promise<Found> {
  // A path, as it is completed by the client, names its plan too.
  const name = /^(?:\.ai[/\\])?plan-(?<name>.+)\.md$/.exec(asked)?.groups?.["name"] ?? asked;
  const found = await findClosestPlan(dir, name);
  if (found === null) {
    return {
      message: `There is no single plan that ${quoted(asked)} means. ${await plansThere(dir, name)}`,
    };
  }
  if (found.plan === name) return { ...resolved(found), how: `Plan: ${found.plan}` };
  return resolved(found, `for ${quoted(asked)}`);
}

function resolved({ plan, entry }: ClosestPlan, why = ""): FoundPlan {
  return { plan, how: `[AUTO-RESOLVED] ${plan} (${why})`, registeredBy: entry?.sessionID };
}

/** Those that may be meant, else all. */
async function plansThere(dir: string, asked = ""): Promise<string> {
  const all = await listPlanFiles(dir);
  const near = all.filter((name) => name.toLowerCase().includes(asked.toLowerCase()));
  const names = (near.length > 0 ? near : all).slice(0, MOST_NAMES).map(codeSpan);
  if (names.length === 0) return "There are no plans in `.ai/`. Tell the user so.";
  return `Tell the user so, and ask which one is meant: ${names.join(", ")}. \`/synth <name>\` takes one of them.`;
}

const MOST_NAMES = 50;

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, LONGEST_NAME));
}

// What is longer is no name of a plan.
const LONGEST_NAME = 200;

/** A plan that nobody has registered becomes that of this session. */
async function markExecuted(
  dir: string,
  sessionID: string,
  { plan, registeredBy = sessionID }: FoundPlan,
  { onWarning }: SynthOptions,
): Promise<void> {
  const registered = await lookupPlan(dir, registeredBy);
  if (registered?.plan !== plan) {
    // Another session has gone on to another one meanwhile.
    if (registeredBy !== sessionID) return;
    await registerPlan(dir, sessionID, plan, { onWarning });
  }
  await updatePlanStatus(dir, registeredBy, "executed", { onWarning });
}
