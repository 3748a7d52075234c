import { TrackingService, WriteBuffer } from "@x/tracker";

import { codedError } from "./coded-error.ts";
import type { Invocation } from "./command.ts";
import type { Tracker } from "./tracker-database.ts";
import { TRACKER_SENTENCES } from "./tracker-sentences.ts";

/**
 * What the work tells the service, written at its end: all of it or nothing. This process opens the database
 * itself, so no journal is needed. Throws what kept it from being written.
 */
export async function changeTracker<R>(
  { now }: Invocation,
  { path, database }: Tracker,
  work: (service: TrackingService) => Promise<R>,
): Promise<R> {
  const service = new TrackingService(database, new WriteBuffer(), null, { now });
  const result = await work(service);
  const { errors } = await service.flushWriteBuffer();
  const [error] = errors;
  if (error !== undefined) throw notWritten(error, path);
  return result;
}

const CODED = /^([A-Z][A-Z_]*): (.*)$/s;

/** By its own code, where the path and the reason are all that its sentence tells. */
function notWritten(text: string, path: string): Error {
  const [, code = "", reason = ""] = CODED.exec(text) ?? [];
  if (!Object.hasOwn(TRACKER_SENTENCES, code)) {
    return codedError("TRACKER_FLUSH_FAILED", path, text);
  }
  return codedError(code, path, reason.replace(`${path}: `, ""));
}
