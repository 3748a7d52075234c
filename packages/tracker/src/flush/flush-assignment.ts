import { flag, number, optional, recordSchema, text } from "../records/record-schema.ts";

/** What the program that flushes is told, as JSON, in its last argument. All paths are absolute. */
export interface FlushAssignment {
  /** The database file. */
  readonly path: string;
  readonly maxSize?: number | undefined;
  /** The journals. */
  readonly folder: string;
  /** A project: what the original has left in it is copied, and the journals stay as they are. */
  readonly project?: string | undefined;
  /** Nobody waits for it: it makes no folder, and opens nothing where there is nothing to apply. */
  readonly isLeft?: boolean | undefined;
  readonly timeoutMilliseconds: number;
}

export const flushAssignmentSchema = recordSchema<FlushAssignment>({
  path: text,
  maxSize: optional(number),
  folder: text,
  project: optional(text),
  isLeft: optional(flag),
  timeoutMilliseconds: number,
});
