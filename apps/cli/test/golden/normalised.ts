import os from "node:os";

import type { Place } from "./place.ts";

/**
 * A value of the JSON envelope as it would be on any day, machine and path:
 * - what lies in the place: `<checkout>`, `<home>`, `<database>`, `<folder>` for what is beside these
 * - a time of this run of the tests: `<now>`, also in the names of files, and one to come: `<later>`; those that were
 *   written into the files stay
 * - what tells a process or a machine from others: `<pid>`, `<host>` and so on
 */
export function normalised(value: unknown, place: Place, since: Date): unknown {
  const paths = [
    [place.dir, "<checkout>"],
    [place.home, "<home>"],
    [place.database, "<database>"],
    [place.folder, "<folder>"],
  ] as const;
  const textOf = (text: string): string => {
    const placed = paths.reduce((done, [path, name]) => done.replaceAll(path, name), text);
    return placed
      .replaceAll(TIME, (time) => timeOf(time, since))
      .replaceAll(STAMP, (stamp) => (stamp < stampOf(since) ? stamp : "<now>"))
      .replaceAll(/(?<=\.(?:broken|pruned)-)\d+/g, "<digits>")
      .replaceAll(PROCESS, `process <pid>`)
      .replaceAll(`on ${os.hostname()}`, "on <host>");
  };
  return changed(value, textOf);
}

function timeOf(text: string, since: Date): string {
  const time = new Date(text);
  if (time < since) return text;
  return time > new Date() ? "<later>" : "<now>";
}

const stampOf = (time: Date): string => time.toISOString().replaceAll(/[-:.]/g, "");

const STAMP = /\b\d{8}T\d{9}Z/g;
const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const PROCESS = new RegExp(`process ${process.pid}\\b`, "g");

/** Of these the value is not told. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  "boot_id",
  "expires_uptime_ms",
  "host",
  "machine",
  "namespace",
  "start_time",
]);

function changed(value: unknown, textOf: (text: string) => string): unknown {
  if (typeof value === "string") return textOf(value);
  if (Array.isArray(value)) return value.map((item: unknown) => changed(item, textOf));
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([name, field]: [string, unknown]) => {
    if (OWN_FIELDS.has(name)) return [name, `<${name}>`];
    if (name === "pid" && field === process.pid) return [name, "<pid>"];
    return [name, changed(field, textOf)];
  });
  return Object.fromEntries(fields);
}
