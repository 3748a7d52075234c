import fs from "node:fs";

import type { SessionPlan, SessionPlanRegistry } from "../../src/session-plans/index.ts";
import { registryPath } from "./plan-project.ts";

/** The registry as any reader of JSON finds it at this moment; undefined when there is no file. Throws for a torn one. */
export function registryIn(dir: string): SessionPlanRegistry | undefined {
  let text: string;
  try {
    text = fs.readFileSync(registryPath(dir), "utf8");
  } catch (error) {
    if (Reflect.get(Object(error), "code") === "ENOENT") return undefined;
    throw error;
  }
  return JSON.parse(text);
}

export function sessionsIn(registry: SessionPlanRegistry): Record<string, SessionPlan> {
  return Object.assign({}, ...Object.values(registry).map(({ sessions }) => sessions));
}

/** What is wrong with a registry in which plans are named after their sessions. */
export function faultsOfRegistry(registry: SessionPlanRegistry): string[] {
  return Object.entries(registry).flatMap(([key, entry]) => {
    const { sessionID = "", sessions = {}, ...top } = entry;
    const all = Object.entries(sessions);
    const isAtTop = JSON.stringify(top) === JSON.stringify(sessions[sessionID]);
    const isLatest = all.every(([, { createdAt }]) => createdAt <= top.createdAt);
    return [
      ...(key.length === 7 ? [] : [`wrong: the key ${key}`]),
      ...(isAtTop ? [] : [`mixed: at the top of ${key} stands ${JSON.stringify(top)}`]),
      ...(isLatest ? [] : [`wrong: what stands at the top of ${key} is not the latest`]),
      ...all
        .filter(([id, { plan }]) => !id.startsWith(key) || !plan.startsWith(`${id}-`))
        .map(([id, plan]) => `mixed: ${id} in ${key} has ${JSON.stringify(plan)}`),
    ];
  });
}
