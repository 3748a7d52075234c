import type { HookPart } from "./hook-part.ts";
import { createHookWork, type HookWork } from "./hook-work.ts";
import type { Hooks, ToolDefinition } from "./opencode.ts";
import { fieldOf } from "./payload.ts";
import { reasonOf } from "./reason-of.ts";
import type { Warnings } from "./warnings.ts";

export interface HookLimits {
  readonly hookMilliseconds: number;
  readonly endMilliseconds: number;
}

const LIMITS: HookLimits = {
  // What a hook does takes milliseconds. Longer means that somebody holds a lock, or that the disk does not answer:
  // then the session goes on, and the work behind it.
  hookMilliseconds: 1_000,
  // The client gives the whole of its end five seconds.
  endMilliseconds: 2_500,
};

/** A part, with what of its work is under way. */
interface Worker {
  readonly part: HookPart;
  readonly work: HookWork;
}

/**
 * The client's hooks, of all parts in their order. None throws but to refuse, whatever it is told, and none takes
 * longer than its limit.
 */
export function joinParts(
  parts: readonly HookPart[],
  warnings: Warnings,
  limits: HookLimits = LIMITS,
): Required<Hooks> {
  const workers = parts.map((part): Worker => ({ part, work: workOf(part, warnings) }));
  const each = <Args extends unknown[]>(pick: Pick<Args>, mayRefuse = false): Joined<Args> =>
    joined(workers, pick, warnings, mayRefuse);
  const { hookMilliseconds: limit } = limits;
  const config = each((part) => part.config);
  const event = each((part) => part.event);
  const chatMessage = each((part) => part.chatMessage);
  const commandBefore = each((part) => part.commandBefore);
  const toolBefore = each((part) => part.toolBefore, true);
  const toolAfter = each((part) => part.toolAfter);
  const shellEnv = each((part) => part.shellEnv);
  const tools = new Map(
    parts.flatMap(({ tools: own = [] }) => own).map((tool) => [tool.name, tool]),
  );
  return {
    config: (...told) => config(limit, ...told),
    event: async (told) => {
      if (typeof fieldOf(told?.event, "type") === "string") await event(limit, told.event);
    },
    "chat.message": (message, output = {}) => chatMessage(limit, message, output),
    "command.execute.before": (call, output) => commandBefore(limit, call, output),
    "tool.execute.before": (call, output) =>
      toolBefore(limit, { ...call, args: fieldOf(output, "args") }),
    "tool.execute.after": (call, output = {}) => toolAfter(limit, call, output),
    "shell.env": (call, output = {}) => shellEnv(limit, call, output),
    "tool.definition": async (told, output) => {
      const tool = tools.get(String(fieldOf(told, "toolID")));
      if (tool !== undefined && typeof output === "object") output.jsonSchema = tool.jsonSchema;
    },
    tool: Object.fromEntries(
      [...tools].map(([name, { description, args, execute }]): [string, ToolDefinition] => [
        name,
        { description, args, execute },
      ]),
    ),
    dispose: () =>
      end(
        workers,
        each((part) => part.dispose),
        warnings,
        limits,
      ),
  };
}

type Pick<Args extends unknown[]> = (
  part: HookPart,
) => ((...args: Args) => void | Promise<void>) | undefined;
type Joined<Args extends unknown[]> = (limitMilliseconds: number, ...args: Args) => Promise<void>;

/**
 * That hook of the parts that have it, one after the other, within one limit for all of them. Those that are done at
 * once follow each other without a pause: in each, the client would go on with all that it has to do.
 */
function joined<Args extends unknown[]>(
  workers: readonly Worker[],
  pick: Pick<Args>,
  warnings: Warnings,
  mayRefuse: boolean,
): Joined<Args> {
  const hooks = workers.flatMap(({ part, work }) => {
    const hook = pick(part);
    return hook === undefined ? [] : [{ part, hook, work }];
  });
  // Nothing but a call of a tool can be refused.
  const refuse = (part: HookPart, refusal: unknown): void => {
    if (mayRefuse) throw refusal;
    tell(part, refusal, warnings);
  };
  return async (limitMilliseconds, ...args) => {
    const until = performance.now() + limitMilliseconds;
    for (const { part, hook, work } of hooks) {
      try {
        const running = work.run(() => hook(...args), Math.max(0, until - performance.now()));
        if (running !== undefined) await running;
      } catch (refusal) {
        refuse(part, refusal);
      }
    }
  };
}

/** Nothing of one part is under way any more when another one closes what it uses, unless time is over. */
async function end(
  workers: readonly Worker[],
  dispose: Joined<[]>,
  warnings: Warnings,
  { endMilliseconds }: HookLimits,
): Promise<void> {
  const until = performance.now() + endMilliseconds;
  const left = (): number => Math.max(0, until - performance.now());
  for (const { work } of workers) await work.settled(left());
  await dispose(left());
  for (const { part, work } of workers) {
    if (await work.settled(left())) continue;
    warnings.warn(`${part.name} has not come to its end before that of the client`);
  }
  await warnings.settled();
}

function workOf(part: HookPart, warnings: Warnings): HookWork {
  return createHookWork((error) => tell(part, error, warnings));
}

function tell({ name }: HookPart, error: unknown, warnings: Warnings): void {
  const reason = reasonOf(error);
  warnings.warn(`${name} failed: ${reason.text}`, `${name} ${reason.key}`);
}
