import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Runtime } from "../../test/run-typescript.ts";
import type { ConsumerProject } from "./consumer-project.ts";
import { runBounded } from "./run-bounded.ts";

/** Loads one entry, and fails when it has left a trace in the process. */
const LOADER = `
const builtIns = [Object, Function, Array, Map, Set, Promise, String, Number, Date, RegExp, Error, Buffer];
const stateOf = () => [
  ...Reflect.ownKeys(globalThis).map((key) => "global " + String(key)),
  ...builtIns.flatMap(({ name, prototype }) =>
    Reflect.ownKeys(prototype).map((key) => name + ".prototype " + String(key))),
  ...process.eventNames().map((name) => "listener of " + String(name)),
  ...Object.entries(process.env).map(([name, value]) => "variable " + name + "=" + value),
  "folder " + process.cwd(),
];
const before = new Set(stateOf());
await import(process.argv[2]);
const waits = process.getActiveResourcesInfo?.().filter((kind) => /Timeout|Immediate|Server|Process|Message/.test(kind));
const traces = stateOf().filter((fact) => !before.has(fact)).concat(waits ?? []);
if (traces.length > 0) throw new Error("loading it left " + traces.join(", "));
`;

const REQUIRER = `
for (const name of process.argv.slice(2)) {
  if (Object.keys(require(name)).length === 0) throw new Error(name + " exports nothing");
}
`;

/**
 * Loads every entry that is a module, by `import` and by `require`, which all supported runtimes have for ES modules;
 * those that say so (`sideEffects`) without a trace in the process.
 */
export async function checkEntries(project: ConsumerProject, { command }: Runtime): Promise<void> {
  const { folder: cwd, env, modules, silentModules } = project;
  writeFileSync(join(cwd, "load.mjs"), LOADER);
  writeFileSync(join(cwd, "require.cjs"), REQUIRER);
  for (const name of silentModules) {
    const printed = await runBounded(command, ["load.mjs", name], { cwd, env });
    if (printed !== "") throw new Error(`loading ${name} printed ${printed}`);
  }
  await runBounded(command, ["require.cjs", ...modules], { cwd, env });
}
