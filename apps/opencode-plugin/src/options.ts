import * as z from "zod/mini";

import type { PluginConfig } from "@x/tracker";

/** What the user may set in the client's configuration, with the defaults. */
export interface PluginOptions extends Readonly<PluginConfig> {
  readonly enableGitHooks: boolean;
  readonly enableNotifications: boolean;
  readonly enableEnvironmentProtection: boolean;
  /** Whether agents are tracked at all. */
  readonly enableTracking: boolean;
  /** Whether `/plans`, `/synth`, `/clean` and `/apply` are there. */
  readonly enableCommands: boolean;
  /** Whether agents get the tools `cabinet_…`. */
  readonly enableTools: boolean;
  /** Whether `.env.example` and its like may be read and written. */
  readonly allowEnvironmentExamples: boolean;
  /** Whether the tools of a halted agent are refused. */
  readonly blockHaltedAgents: boolean;
  /** What becomes of a write into the write set of another open lease. */
  readonly leaseConflicts: "warn" | "refuse" | "off";
}

// The bounds of the database itself (`DatabaseConfig`).
const SMALLEST_BYTES = 2 ** 20;
const LARGEST_BYTES = 2 ** 31;
const SIZE = `must be a whole number of bytes from ${SMALLEST_BYTES} (1 MiB) to ${LARGEST_BYTES} (2 GiB)`;

const flag = z.boolean("must be true or false");
const shape = {
  databasePath: z.string("must be a path").check(z.minLength(1, "must not be empty")),
  maxDatabaseSize: z
    .int(SIZE)
    .check(z.minimum(SMALLEST_BYTES, SIZE), z.maximum(LARGEST_BYTES, SIZE)),
  enableGitHooks: flag,
  enableNotifications: flag,
  enableEnvironmentProtection: flag,
  enableTracking: flag,
  enableCommands: flag,
  enableTools: flag,
  allowEnvironmentExamples: flag,
  blockHaltedAgents: flag,
  leaseConflicts: z.enum(["warn", "refuse", "off"], 'must be "warn", "refuse" or "off"'),
};

const DEFAULTS: PluginOptions = {
  enableGitHooks: true,
  enableNotifications: true,
  enableEnvironmentProtection: true,
  enableTracking: true,
  enableCommands: true,
  enableTools: true,
  allowEnvironmentExamples: false,
  blockHaltedAgents: false,
  leaseConflicts: "warn",
};

export interface ReadOptions {
  readonly options: PluginOptions;
  /** One sentence for each option that is none, or is wrong. */
  readonly faults: readonly string[];
}

/**
 * The options as the client's configuration has them. One that is wrong has its default, but for those that say where
 * and how large the database is: then there is no tracking, for it would be kept elsewhere than it was meant to be.
 */
export function readOptions(raw: unknown): ReadOptions {
  if (raw === undefined || raw === null) return { options: DEFAULTS, faults: [] };
  if (typeof raw !== "object" || Array.isArray(raw)) {
    return {
      options: DEFAULTS,
      faults: ["the options must be an object; all have their defaults"],
    };
  }
  const faults: string[] = [];
  const given: Record<string, unknown> = {};
  // Whatever is said of tracking itself, before or behind it.
  const forced: { enableTracking?: false } = {};
  for (const [name, value] of Object.entries(raw)) {
    const schema = Object.hasOwn(shape, name) ? Reflect.get(shape, name) : undefined;
    if (schema === undefined) {
      faults.push(`there is no option ${JSON.stringify(name)}; there are ${NAMES}`);
      continue;
    }
    const parsed: z.core.util.SafeParseResult<unknown> = z.safeParse(schema, value);
    if (parsed.success) {
      given[name] = parsed.data;
      continue;
    }
    const [issue] = parsed.error.issues;
    const isOfDatabase = name === "databasePath" || name === "maxDatabaseSize";
    if (isOfDatabase) forced.enableTracking = false;
    const consequence = isOfDatabase ? "agents are not tracked" : `it is ${defaultOf(name)}`;
    faults.push(`option ${name} ${issue?.message ?? "is wrong"}; ${consequence}`);
  }
  return { options: { ...DEFAULTS, ...given, ...forced }, faults };
}

const NAMES = Object.keys(shape).join(", ");

function defaultOf(name: string): string {
  return JSON.stringify(Reflect.get(DEFAULTS, name));
}
