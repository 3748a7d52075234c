import { ownIdentity } from "../src/processes/process-identity.ts";

/** An owner of this machine whose process is gone: its pid belongs to a later one, this one. */
export function deadOwner(nonce: string): string {
  const { machine, boot, namespace } = ownIdentity();
  return ["1", machine, boot, namespace, process.pid, "1", nonce].join("-");
}
