import { timeOf } from "../records/stored.ts";
import { parseTrackerRecord, type TrackerRecord } from "../records/tracker-record.ts";
import { SCORING_POLICY } from "../score.ts";

/**
 * A record of the original's flat database, by its key:
 * - `agent:<id>`
 * - `commit:<path>:<hash>`
 * - `communication:<agent>:<hash>:<milliseconds>`
 *
 * A path and an id may hold colons. Where the value says the same as its key, it says where they end; else the hash
 * is taken for one without colons.
 * Throws `TrackerError` (`TRACKER_RECORD_INVALID`) for what is none.
 */
export function oldRecord(key: string, value: unknown): TrackerRecord {
  const fields = fieldsOf(value);
  const [kind = "", ...parts] = key.split(":");
  if (kind === "agent") return parse("agent", oldAgent(parts.join(":"), fields));
  if (kind === "commit") return parse("commit", oldCommit(key, parts, fields));
  if (kind === "communication") return parse("communication", oldCommunication(key, parts, fields));
  throw new TypeError("it is no agent, no commit and no communication");
}

/**
 * A record of the original's last form, by the collection it is in and its key there: as above without the first word,
 * and
 * - in `retrospectives` `<agent>:<hash>`
 * - in `activities` `<agent>:<time>`
 *
 * Throws `TrackerError` (`TRACKER_RECORD_INVALID`) for what is none.
 */
export function oldRecordIn(collection: string, key: string, value: unknown): TrackerRecord {
  if (collection === "agents") return oldRecord(`agent:${key}`, value);
  if (collection === "commits") return oldRecord(`commit:${key}`, value);
  if (collection === "communication") return oldRecord(`communication:${key}`, value);
  if (collection === "retrospectives") return oldRetrospective(key, fieldsOf(value));
  if (collection === "activities") return oldActivity(key, fieldsOf(value));
  throw new TypeError(`nothing is known of its collection ${JSON.stringify(collection)}`);
}

type Fields = Readonly<Record<string, unknown>>;

function oldAgent(id: string, fields: Fields): object {
  const { initial } = SCORING_POLICY;
  const created_at =
    timeIn(fields, "created_at") ?? timeIn(fields, "updated_at") ?? timeOf(new Date(0));
  return {
    name: "",
    model: "",
    scope: "",
    skill_points: initial.skillPoints,
    experience_points: initial.experiencePoints,
    communication_score: initial.communicationScore,
    total_commits: 0,
    total_bugs: 0,
    active: fields["skill_points"] === undefined || Number(fields["skill_points"]) > 0,
    ...fields,
    id,
    created_at,
    updated_at: timeIn(fields, "updated_at") ?? created_at,
  };
}

function oldCommit(key: string, parts: readonly string[], fields: Fields): object {
  const isSame =
    key === `commit:${String(fields["project_path"])}:${String(fields["commit_hash"])}`;
  const names = { project_path: parts.slice(0, -1).join(":"), commit_hash: parts.at(-1) ?? "" };
  return {
    agent_id: "",
    task_description: "",
    experience_gained: 0,
    communication_score_change: 0,
    ...fields,
    ...(!isSame && names),
    timestamp: timeIn(fields, "timestamp") ?? timeOf(new Date(0)),
  };
}

function oldCommunication(key: string, parts: readonly string[], fields: Fields): object {
  const start = `communication:${String(fields["agent_id"])}:${String(fields["commit_hash"])}:`;
  const names = { agent_id: parts.slice(0, -2).join(":"), commit_hash: parts.at(-2) ?? "" };
  const milliseconds = Number(parts.at(-1));
  const fromKey = Number.isSafeInteger(milliseconds) ? timeOf(new Date(milliseconds)) : undefined;
  return {
    project_path: "",
    ...fields,
    ...(!key.startsWith(start) && names),
    timestamp: timeIn(fields, "timestamp") ?? fromKey,
  };
}

function oldRetrospective(key: string, fields: Fields): TrackerRecord {
  const { agent, rest } = splitAt(key, fields["commit"]) ?? lastPartOf(key);
  const times = { timestamp: textOfTime(fields, rest) };
  const entry = { agent_note: "", user_note: "", commit: rest, ...fields, ...times };
  return parse("retrospective", { ...entry, agent_id: agent });
}

// A time as text holds colons itself.
const TIME_AT_END = /^(?<agent>.+?):(?<time>\d{4}-\d\d-\d\dT.+|\d+)$/s;

function oldActivity(key: string, fields: Fields): TrackerRecord {
  const { agent = "", time = "" } = TIME_AT_END.exec(key)?.groups ?? {};
  const { agent: owner, rest } = splitAt(key, fields["timestamp"]) ?? { agent, rest: time };
  const times = { timestamp: textOfTime(fields, rest) };
  const entry = { task: "", actions: "", outcome: "", decisions: "", ...fields, ...times };
  return parse("activity", { ...entry, agent_id: owner });
}

/** Where the key ends with what the value says it ends with. */
function splitAt(key: string, end: unknown): { agent: string; rest: string } | undefined {
  if (typeof end !== "string" || !key.endsWith(`:${end}`)) return undefined;
  return { agent: key.slice(0, -end.length - 1), rest: end };
}

function lastPartOf(key: string): { agent: string; rest: string } {
  const at = key.lastIndexOf(":");
  return { agent: key.slice(0, Math.max(at, 0)), rest: key.slice(at + 1) };
}

/** A text is kept as it is. */
function textOfTime(fields: Fields, fromKey: string): string | undefined {
  const { timestamp } = fields;
  if (typeof timestamp === "string") return timestamp;
  const milliseconds = /^\d+$/.test(fromKey) ? timeOf(new Date(Number(fromKey))) : fromKey;
  return timeIn(fields, "timestamp") ?? milliseconds;
}

/** As JSON holds them, without those that are null: it had no value for them. */
function fieldsOf(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError("its value is no object");
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined && field !== null)
      .map(([name, field]) => [name, field instanceof Date ? field : asJson(field)]),
  );
}

function asJson(field: unknown): unknown {
  const text = JSON.stringify(field, (_, part: unknown) =>
    typeof part === "bigint" ? Number(part) : part,
  );
  return text === undefined ? null : JSON.parse(text);
}

/** It was stored as a date, as text, or in milliseconds. */
function timeIn(fields: Fields, name: string): string | undefined {
  const time = fields[name];
  if (typeof time === "number") return timeOf(new Date(time));
  return time instanceof Date || typeof time === "string" ? timeOf(time) : undefined;
}

function parse(type: TrackerRecord["type"], record: object): TrackerRecord {
  return parseTrackerRecord({ type, record });
}
