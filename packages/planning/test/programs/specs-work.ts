// Works on specs as fast as it can, together with others. `count` activates its spec, notes a branch down
// and adds one to a field of its own, so many times; `hide` has git ignore files in so many checkouts;
// `read` looks at everything until there is a file `stop`.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { untilAllAreReady } from "../../../../test/start-together.ts";
import { hideFromGit } from "../../src/git-ignore.ts";
import {
  getActiveSpec,
  readStatus,
  setActiveSpec,
  updateLastKnownBranch,
} from "../../src/index.ts";
import { updateFileSync } from "../../src/update-file.ts";
import { withYamlField, yamlField } from "../../src/yaml-map.ts";

export type SpecWork =
  | {
      readonly task: "count";
      readonly root: string;
      readonly name: string;
      readonly spec: string;
      readonly rounds: number;
      /** `bare`: reads, changes, and writes in place, as one who knows of no lock. */
      readonly discipline: "exclusive" | "bare";
    }
  | { readonly task: "hide"; readonly roots: readonly string[] }
  | { readonly task: "read"; readonly root: string; readonly specs: readonly string[] };

export interface Looks {
  readonly count: number;
  /** What should not have been seen. */
  readonly faults: readonly string[];
}

function increment(text: string, field: string): string {
  return withYamlField(text, field, String(Number(yamlField(text, field) ?? 0) + 1));
}

function count({
  root,
  name,
  spec,
  rounds,
  discipline,
}: SpecWork & { readonly task: "count" }): void {
  const status = join(root, ".planning", spec, "status.yaml");
  const field = `count_${name}`;
  for (let round = 1; round <= rounds; round += 1) {
    if (discipline === "bare") {
      writeFileSync(status, increment(readFileSync(status, "utf8"), field));
      continue;
    }
    setActiveSpec(spec, root);
    updateLastKnownBranch(spec, `feat/${name}-${round}`, root);
    updateFileSync(status, (bytes) => ({
      data: increment(Buffer.from(bytes ?? []).toString(), field),
      result: undefined,
    }));
  }
}

function look(root: string, specs: readonly string[]): Looks {
  const faults = new Set<string>();
  let looks = 0;
  const fault = (what: string): void => void faults.add(what);
  while (!existsSync(join(root, "stop")) && faults.size < 10) {
    looks += 1;
    for (const spec of specs) {
      try {
        if (readStatus(spec, root)?.name !== spec) fault(`${spec} has another name`);
      } catch (error) {
        fault(String(error));
      }
    }
    // Asked for first: it may come while it is looked for, and never goes.
    const isThere = readdirSync(join(root, ".planning")).includes(".active");
    const active = getActiveSpec(root, { onWarning: ({ message }) => fault(message) });
    if (active !== null && !specs.includes(active)) fault(`${active} is active`);
    if (isThere && active === null) fault("none is active");
  }
  return { count: looks, faults: [...faults] };
}

const work: SpecWork = JSON.parse(process.argv[2] ?? "{}");
await untilAllAreReady();
if (work.task === "count") count(work);
else if (work.task === "hide") {
  for (const root of work.roots) hideFromGit(join(root, ".planning"));
} else process.stdout.write(JSON.stringify(look(work.root, work.specs)));
