import { nonce } from "./nonce.ts";
import { processStart } from "./process-identity.ts";

/**
 * A path beside `target` that nobody else uses, `<target>.tmp.<pid>.<start>.<nonce>`: it names its
 * writer, so that a leftover of a crash can be told from a write that is under way.
 */
export function temporaryPath(target: string): string {
  return `${target}.tmp.${process.pid}.${processStart()}.${nonce()}`;
}
