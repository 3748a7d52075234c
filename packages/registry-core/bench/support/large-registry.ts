import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const SESSIONS = 10_000;

/** The id of one of the sessions: one in five minutes, by a clock that runs backwards. */
export function sessionIDOf(index: number): string {
  const clock = (0xd000_0000_0000n - BigInt(index) * 300_000n * 4096n)
    .toString(16)
    .padStart(12, "0");
  return `ses_${clock}${String(index).padStart(14, "A")}`;
}

/** A project with as many registered sessions, each with a plan on disk. */
export function createLargeProject(): string {
  const dir = fs.mkdtempSync(join(tmpdir(), "cabinet-bench-"));
  fs.mkdirSync(join(dir, ".ai"));
  const registry: Record<string, { sessions: Record<string, unknown> }> = {};
  for (let index = 0; index < SESSIONS; index += 1) {
    const sessionID = sessionIDOf(index);
    const plan = {
      plan: `number-${index}`,
      createdAt: new Date(1.7e12).toISOString(),
      status: "created",
    };
    const entry = (registry[sessionID.slice(0, 7)] ??= { sessions: {} });
    entry.sessions[sessionID] = plan;
    Object.assign(entry, plan, { sessionID });
    fs.writeFileSync(join(dir, `.ai/plan-number-${index}.md`), "# Plan\n");
  }
  fs.writeFileSync(join(dir, ".ai/.session-plans.json"), `${JSON.stringify(registry, null, 2)}\n`);
  return dir;
}
