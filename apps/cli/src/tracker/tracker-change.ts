import { TrackingService, WriteBuffer } from "@x/tracker";

import type { Invocation } from "../command.ts";
import { codedError } from "../errors/coded-error.ts";
import type { Tracker } from "./tracker-database.ts";
import { trackerFailure } from "./tracker-failure.ts";

/**
 * What the work tells the service, or the buffer behind it, written at its end: all of it or nothing. This process
 * opens the database itself, so no journal is needed. Throws what kept it from being written.
 */
export async function changeTracker<R>(
  { now }: Invocation,
  { path, database }: Tracker,
  work: (service: TrackingService, buffer: WriteBuffer) => Promise<R>,
): Promise<R> {
  const buffer = new WriteBuffer();
  const service = new TrackingService(database, buffer, null, { now });
  const result = await work(service, buffer);
  const { errors } = await service.flushWriteBuffer();
  const [error] = errors;
  if (error === undefined) return result;
  throw trackerFailure(error, [path]) ?? codedError("TRACKER_FLUSH_FAILED", path, error);
}
