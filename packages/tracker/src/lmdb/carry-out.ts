import { errnoOf } from "../errno.ts";
import { type Failure, failureOf } from "../failure.ts";
import type { FlushAnswer } from "../flush/flush-answer.ts";
import type { FlushAssignment } from "../flush/flush-assignment.ts";
import { listStreamNames } from "../journal/list-streams.ts";
import { projectDatabasePath } from "../project-database-path.ts";
import { LMDBDatabase } from "./lmdb-database.ts";
import { migrateRecords, type MigrationFault } from "./migrate-from-database.ts";

const NOTHING: FlushAnswer = { entriesWritten: 0, applied: {}, failures: [] };

/** What the program that flushes does, and what it says of that. Throws only what closing the database throws. */
export async function carryOut(assignment: FlushAssignment): Promise<FlushAnswer> {
  const { path, maxSize, folder, project, isLeft } = assignment;
  const warnings: Failure[] = [];
  let database: LMDBDatabase | undefined;
  try {
    if (isLeft === true && listStreamNames(folder).length === 0) return NOTHING;
    const onWarning = ({ code, message }: Failure): void => void warnings.push({ code, message });
    database = new LMDBDatabase({ path, maxSize, onWarning });
    if (!(await database.open())) return { ...NOTHING, failures: [failureOf(database.fault)] };
    if (project !== undefined) return await migrate(project, database, warnings);
    // What it would warn of is among the failures.
    const { applied, ...flushed } = await database.applyJournals(folder);
    return { ...flushed, applied: Object.fromEntries(applied) };
  } catch (error) {
    return { ...NOTHING, failures: [failureOf(error)] };
  } finally {
    await database?.close();
  }
}

async function migrate(
  project: string,
  database: LMDBDatabase,
  warnings: readonly Failure[],
): Promise<FlushAnswer> {
  const { faults, ...migration } = await migrateRecords(projectDatabasePath(project), database);
  return { ...NOTHING, migration, failures: bounded([...warnings, ...faults.map(failureOfFault)]) };
}

function failureOfFault({ key, error }: MigrationFault): Failure {
  const failure = failureOf(error);
  if (key === undefined) return failure;
  const code = errnoOf(error) ?? "TRACKER_RECORD_INVALID";
  return { code, message: `${JSON.stringify(key)}: ${failure.message}` };
}

// All of them together, were each character one for which JSON needs six, are less than a host reads.
const MOST_FAILURES = 100;
const LONGEST_MESSAGE = 1_000;

function bounded(failures: readonly Failure[]): readonly Failure[] {
  const told = failures.slice(0, MOST_FAILURES).map(({ code, message }) => {
    const isLong = message.length > LONGEST_MESSAGE;
    return { code, message: isLong ? `${message.slice(0, LONGEST_MESSAGE)}…` : message };
  });
  const left = failures.length - told.length;
  if (left === 0) return told;
  const message = `${left} more ${left === 1 ? "entry was" : "entries were"} left out`;
  return [...told, { code: "TRACKER_RECORD_INVALID", message }];
}
