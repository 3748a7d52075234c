import fs from "node:fs";

import { unreadable } from "../errors.ts";
import { checkGate } from "./check-gate.ts";
import type { Gate } from "./gate-rule.ts";
import { recordOverride } from "./lessons-file.ts";
import { PhaseError } from "./phase-error.ts";

interface Attempt {
  /** As the roadmap has it. */
  readonly phase: string;
  /** The roadmap, whose lock is held. */
  readonly path: string;
  /** Why the gate is to be overridden; undefined: it is not. */
  readonly reason: string | undefined;
  readonly now: Date;
  readonly timeoutMilliseconds: number | undefined;
}

/**
 * What the gate says of a phase that is to be done, and the entry about it where it was overridden.
 * Throws `PLANNING_GATE_REFUSED`, and what `checkGate` and `recordOverride` throw.
 */
export function passGate(
  root: string,
  { phase, path, reason, now, timeoutMilliseconds }: Attempt,
): { readonly gate: Gate; readonly recorded: string | undefined } {
  const gate = checkGate(root, phase, { now });
  const { state, missing } = gate;
  if (state !== "refused") return { gate, recorded: undefined };
  if (reason === undefined) {
    const why = `cannot be done yet: ${missing.join("; ")}`;
    throw new PhaseError("PLANNING_GATE_REFUSED", phase, why, missing);
  }
  const override = { phase, missing, reason, now, roadmapAsOf: changedAt(path) };
  return { gate, recorded: recordOverride(root, override, { timeoutMilliseconds }) };
}

function changedAt(path: string): Date {
  try {
    return fs.statSync(path).mtime;
  } catch (error) {
    throw unreadable(path, error);
  }
}
