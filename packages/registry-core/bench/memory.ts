// What a registry of 10 000 sessions takes of a process that looks a plan up, above one that does nothing.
import fs from "node:fs";
import { fileURLToPath } from "node:url";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { printTable, quantile } from "../../atomic-fs/bench/support/figures.ts";
import { createLargeProject, sessionIDOf, SESSIONS } from "./support/large-registry.ts";

const program = fileURLToPath(new URL("support/hold-registry.ts", import.meta.url));
const ROUNDS = 5;

interface Memory {
  /** All in bytes: of the objects in use; of the process; and the most that it ever had. */
  readonly used: number;
  readonly resident: number;
  readonly peak: number;
}

const dir = createLargeProject();

async function memoryOf(what: string): Promise<Memory> {
  const { code, stdout, stderr } = await endOf(runTypeScript(program, [what, dir, sessionIDOf(7)]));
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const WHATS = ["nothing", "imports", "one lookup", "a lookup and a registration"];
const found = new Map<string, Memory[]>();
for (let round = 0; round < ROUNDS; round += 1) {
  for (const what of WHATS) found.set(what, [...(found.get(what) ?? []), await memoryOf(what)]);
}
const medianOf = (what: string, field: keyof Memory): number =>
  quantile(
    (found.get(what) ?? []).map((memory) => memory[field]),
    0.5,
  );
const aboveNothing = (what: string, field: keyof Memory): string =>
  ((medianOf(what, field) - medianOf("nothing", field)) / 2 ** 20).toFixed(1);
const rows = WHATS.slice(1).map((what) => [
  what,
  aboveNothing(what, "used"),
  aboveNothing(what, "resident"),
  aboveNothing(what, "peak"),
]);
const size = fs.statSync(`${dir}/.ai/.session-plans.json`).size / 2 ** 20;
const title = `A registry of ${SESSIONS} sessions (${size.toFixed(1)} MB): MB above a process that does nothing`;
printTable(title, [["", "in use", "resident", "peak"], ...rows]);
fs.rmSync(dir, { recursive: true });
