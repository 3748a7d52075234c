import { createHash } from "node:crypto";

import { keyOf, type KeyPart, under } from "@x/registry-core";

import { TrackerError } from "../errors.ts";

/*
 * The keys of records, made with `keyOf`: `a`, `a:b` and `é` never leak into each other's ranges, and times
 * sort as numbers.
 * - agents: id
 * - commits: project, hash
 * - events: agent, milliseconds since 1970, number within the agent
 * - scores: agent, milliseconds of the hour
 */

// Two parts of that size and two numbers fit into a key of every engine.
const LONGEST_PART_BYTES = 400;
// Where a text is too long for a key, its checksum stands there behind this; no other part begins with it.
const MARK = "\u0003";

export function agentKey(agentId: string): string {
  return keyOf(partOf("agent", agentId));
}

export function commitKey(projectPath: string, commitHash: string): string {
  return keyOf(partOf("project", projectPath, true), partOf("commit", commitHash));
}

/** `number` tells apart what one agent did within a millisecond. */
export function eventKey(agentId: string, milliseconds: number, number: KeyPart): string {
  return eventKeys(agentId)(milliseconds, number);
}

/** The same for many events of one agent. */
export function eventKeys(agentId: string): (milliseconds: number, number: KeyPart) => string {
  // Where the keys begin that have more parts.
  const { gte } = eventsOf(agentId);
  return (milliseconds, number) => gte + keyOf(milliseconds, number);
}

/** The bounds of all events of an agent, and of those of a millisecond. */
export function eventsOf(agentId: string): { gte: string; lt: string } {
  return under(partOf("agent", agentId));
}

export function eventsAt(agentId: string, milliseconds: number): { gte: string; lt: string } {
  return under(partOf("agent", agentId), milliseconds);
}

/** The bounds of what is older than that. */
export function eventsBefore(agentId: string, milliseconds: number): { gte: string; lt: string } {
  const { gte } = eventsOf(agentId);
  return { gte, lt: keyOf(partOf("agent", agentId), milliseconds) };
}

export function scoreKey(agentId: string, hour: number): string {
  return keyOf(partOf("agent", agentId), hour);
}

/** Throws `TrackerError` (`TRACKER_RECORD_INVALID`) for an id that is empty, or is no well-formed text. */
function partOf(what: string, text: string, mayBeEmpty = false): string {
  if (typeof text !== "string") throw invalid(what, text, "it is no text");
  if (text === "" && !mayBeEmpty) throw invalid(what, text, "it is empty");
  if (!text.isWellFormed()) throw invalid(what, text, "it is no well-formed Unicode");
  if (!text.startsWith(MARK) && Buffer.byteLength(keyOf(text)) <= LONGEST_PART_BYTES) return text;
  return MARK + createHash("sha256").update(text).digest("hex");
}

/** Whether somebody can be called so: nothing is on record of others. */
export function isId(text: string): boolean {
  return typeof text === "string" && text !== "" && text.isWellFormed();
}

function invalid(what: string, text: unknown, reason: string): TrackerError {
  const name = `the ${what} ${JSON.stringify(text) ?? "undefined"}`;
  return new TrackerError("TRACKER_RECORD_INVALID", `${name} cannot be recorded: ${reason}`);
}
