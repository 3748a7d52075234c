import os from "node:os";

import {
  identifyProcess,
  type Liveness,
  type ProcessIdentity,
  processLiveness,
} from "@x/atomic-fs";

import { nameIn } from "./agent-text.ts";
import { isJsonObject, parseJson, renderJson, textOrNull } from "./json-document.ts";
import { RunFault } from "./run-fault.ts";
import type { RunHolder } from "./run-state-error.ts";

/**
 * What `executor.json` says: who has the run. Who opens it writes a claim of its own there, with a
 * token that no other has. Every change is made under the lock of that file and begins with a look
 * whose token is there: so nothing that was started for an earlier executor writes any more.
 */
export interface ExecutorClaim {
  readonly executor: string;
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  readonly started_at: string;
  /** For `processLiveness`; null where the process cannot be named. */
  readonly identity: ProcessIdentity | null;
}

/** A claim of this process that nobody else can have. */
export function createClaim(executor: string, time: string): ExecutorClaim {
  return {
    executor,
    token: process.getBuiltinModule("node:crypto").randomUUID(),
    pid: process.pid,
    host: os.hostname(),
    started_at: time,
    identity: identifyProcess() ?? null,
  };
}

export function renderClaim(claim: ExecutorClaim): string {
  return renderJson(claim);
}

/** Undefined for what is no claim: it may be torn after a power cut, and then nobody has the run. */
export function parseClaim(bytes: Uint8Array): ExecutorClaim | undefined {
  const raw = rawClaim(bytes);
  if (!isJsonObject(raw)) return undefined;
  const executor = nameIn(raw["executor"]);
  const { token, pid } = raw;
  if (executor === undefined || typeof token !== "string" || token === "") return undefined;
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid < 1) return undefined;
  return {
    executor,
    token,
    pid,
    host: nameIn(raw["host"]) ?? "",
    started_at: nameIn(raw["started_at"]) ?? "",
    identity: identityOf(raw["identity"], pid),
  };
}

/** Whether its process lives, as seen from here. */
export function livenessOf({ identity }: ExecutorClaim): Liveness {
  return identity === null ? "unknown" : processLiveness(identity);
}

/** Who that is, for what is said of it. */
export function holderOf({ executor, pid, host, started_at }: ExecutorClaim): RunHolder {
  return { executor, pid, host: host || undefined, since: started_at || undefined };
}

function rawClaim(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes);
  } catch (error) {
    if (error instanceof RunFault) return undefined;
    throw error;
  }
}

function identityOf(raw: unknown, pid: number): ProcessIdentity | null {
  if (!isJsonObject(raw)) return null;
  const machine = textOrNull(raw["machine"]);
  const boot = textOrNull(raw["boot"]);
  const namespace = textOrNull(raw["namespace"]);
  const start = textOrNull(raw["start"]);
  if (machine === null || boot === null || namespace === null || start === null) return null;
  return { machine, boot, namespace, pid, thread: undefined, start };
}
