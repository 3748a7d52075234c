import type { Failure } from "../failure.ts";
import {
  fields,
  listOf,
  number,
  object,
  optional,
  recordSchema,
  text,
} from "../records/record-schema.ts";

/** What the program that flushes says in the end, as JSON, on stdout. */
export interface FlushAnswer {
  readonly entriesWritten: number;
  /** By stream: the number of the last event that is in the database. */
  readonly applied: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
  /** Where it was told to migrate, and could open the database. */
  readonly migration?: MigrationCounts | undefined;
}

interface MigrationCounts {
  readonly entriesMigrated: number;
  readonly entriesSkipped: number;
}

const failure = fields({ code: text, message: text, stream: optional(text) });
const migration = fields({ entriesMigrated: number, entriesSkipped: number });

export const flushAnswerSchema = recordSchema<FlushAnswer>({
  entriesWritten: number,
  applied: object(number),
  failures: listOf(failure),
  migration: optional(migration),
});
