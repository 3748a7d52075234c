import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { Scenario } from "./scenario.ts";

/** A shell that runs that in the repository waits there, until the test lets it go on. */
export const UNTIL_RELEASED = "until [ -e released ]; do sleep 0.05; done";

export function release({ repository }: Pick<Scenario, "repository">): void {
  mkdirSync(join(repository, "released"));
}
