import { number, optional, recordSchema, text } from "./record-schema.ts";

/** What the program that flushes is told, as JSON, in its last argument. */
export interface FlushAssignment {
  /** The database file. */
  readonly path: string;
  readonly maxSize?: number | undefined;
  /** The journals. */
  readonly folder: string;
  readonly timeoutMilliseconds: number;
}

export const flushAssignmentSchema = recordSchema<FlushAssignment>({
  path: text,
  maxSize: optional(number),
  folder: text,
  timeoutMilliseconds: number,
});
