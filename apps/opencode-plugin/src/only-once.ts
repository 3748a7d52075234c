import { realPathOf } from "@x/registry-core/workspace";

import type { Hooks, PluginInput } from "./opencode.ts";
import { createWarnings } from "./warnings.ts";

// Of the process: the same plugin may be loaded from two places.
const KEY = Symbol.for("@x/opencode-plugin.at-work");

type Instances = Map<string, object[]>;

/**
 * The hooks, of which those of the latest instance for a folder are at work. The plugin may be named in the
 * configuration of the user and of the project, or as a package and as a file: then all would count twice. Or the client
 * makes a new instance before it is done with the old one.
 */
export function onlyOnce(input: PluginInput, create: () => Required<Hooks>): Required<Hooks> {
  const folder = realPathOf(input.directory) ?? input.directory;
  const instances = instancesAtWork();
  const hooks = create();
  const self = {};
  const others = instances.get(folder) ?? [];
  instances.set(folder, [...others, self]);
  if (others.length > 0) {
    const warnings = createWarnings({ client: input.client, hasToasts: false });
    warnings.warn(
      "another one of this plugin is at work for this folder, maybe it is named twice in the configuration; the latest one counts",
    );
  }
  const latest = <Args extends unknown[]>(
    hook: (...args: Args) => Promise<void>,
  ): ((...args: Args) => Promise<void>) => {
    return async (...args) => {
      if (instances.get(folder)?.at(-1) === self) await hook(...args);
    };
  };
  return {
    ...hooks,
    config: latest(hooks.config),
    event: latest(hooks.event),
    "chat.message": latest(hooks["chat.message"]),
    "command.execute.before": latest(hooks["command.execute.before"]),
    "tool.execute.before": latest(hooks["tool.execute.before"]),
    "tool.execute.after": latest(hooks["tool.execute.after"]),
    dispose: async () => {
      const left = (instances.get(folder) ?? []).filter((other) => other !== self);
      if (left.length === 0) instances.delete(folder);
      else instances.set(folder, left);
      await hooks.dispose();
    },
  };
}

function instancesAtWork(): Instances {
  const found: unknown = Reflect.get(globalThis, KEY);
  // Nobody else has this key.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  if (found instanceof Map) return found as Instances;
  const instances: Instances = new Map();
  Reflect.set(globalThis, KEY, instances);
  return instances;
}
