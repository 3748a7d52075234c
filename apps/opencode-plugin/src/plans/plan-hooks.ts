import { lookupPlan, planFileExists, registerPlan } from "@x/registry-core/session-plans";

import { BoundedMap } from "../bounded-map.ts";
import type { HookPart } from "../hook-part.ts";
import type { ToolCall } from "../opencode.ts";
import type { Sessions } from "../sessions.ts";
import type { Warning } from "../warning.ts";
import { writtenFiles } from "../written-files.ts";
import { plansWritten } from "./tool-plan-register.ts";

export interface PlanParts {
  /** Each with an `.ai/` of its own; that of the client is the first. */
  readonly folders: readonly [directory: string, ...others: string[]];
  readonly sessions: Sessions;
  readonly onWarning: (warning: Warning) => void;
}

/** A plan that a session has written. */
interface Written {
  readonly dir: string;
  readonly sessionID: string;
  readonly plan: string;
}

// Who cannot file that many has another problem.
const MOST_WAITING = 100;

/**
 * Files the plans that agents write, for the session that did it. One that could not be filed, for somebody holds the
 * registry or the disk is full, is tried again when the session is idle, and at the end, unless the session has
 * written another one since.
 */
export function createPlanHooks({ folders, sessions, onWarning }: PlanParts): HookPart {
  const [directory] = folders;
  const waiting = new BoundedMap<Written>(MOST_WAITING);
  const latest = new BoundedMap<Written>(MOST_WAITING);
  const file = async (written: Written): Promise<void> => {
    const { dir, sessionID, plan } = written;
    const key = `${sessionID} ${dir}`;
    waiting.take(key);
    latest.set(key, written);
    try {
      const parentID = sessions.find(sessionID)?.parentID;
      await registerPlan(dir, sessionID, plan, { onWarning, parentID });
    } catch (error) {
      if (latest.get(key) === written) waiting.set(key, written);
      throw error;
    }
  };
  const fileWritten = async (call: ToolCall): Promise<void> => {
    const { sessionID } = call;
    const all: Written[] = [];
    for (const dir of folders) {
      const plans = await plansWritten(dir, call, directory);
      all.push(...plans.map((plan) => ({ dir, sessionID, plan })));
    }
    await doAll(all, file);
  };
  const fileAgain = async (key: string): Promise<void> => {
    const written = waiting.take(key);
    if (written === undefined) return;
    const { dir, sessionID, plan } = written;
    // Somebody may have filed it, or put it away, since.
    const isFiled = (await lookupPlan(dir, sessionID))?.plan === plan;
    if (!isFiled && planFileExists(dir, plan)) await file(written);
  };
  const fileWaiting = (): Promise<void> => doAll(waiting.keys(), fileAgain);
  return {
    name: "filing a plan",
    // Nearly no call writes a plan, and nobody waits then.
    toolAfter: (call) => (mayWritePlan(call) ? fileWritten(call) : undefined),
    event: ({ type }) => (type === "session.idle" ? fileWaiting() : undefined),
    dispose: () => fileWaiting(),
  };
}

function mayWritePlan({ tool, args }: ToolCall): boolean {
  return writtenFiles(tool, args).some((path) => path.endsWith(".md"));
}

/** Does it with all of them, whatever becomes of the others; throws what failed first. */
async function doAll<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  for (const item of items) {
    try {
      await work(item);
    } catch (error) {
      failure ??= { error };
    }
  }
  if (failure !== undefined) throw failure.error;
}
