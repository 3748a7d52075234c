import type { RecordFault } from "./check-pages.ts";
import { FORMAT_KEY, unseal } from "./record-codec.ts";

/**
 * Says of each record whether it is what was stored under its key, in the order in which a check meets
 * them. Collections of other programs, which do not begin with our record, have no checksums.
 */
export function createRecordFault(): RecordFault {
  let current: string | undefined;
  let isOurs = false;
  return (collection, key, value) => {
    if (collection !== current) {
      current = collection;
      isOurs = FORMAT_KEY.compare(key) === 0;
    }
    return !isOurs || unseal(key, value) !== undefined ? undefined : "its checksum does not match";
  };
}
