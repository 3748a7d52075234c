import { randomBytes } from "node:crypto";

// A journal's stream begins with the number of its process.
const PREFIX = "m-";

/** The stream of a buffer without a journal: nobody but this process ever asks how far it was applied. */
export function newMemoryStream(): string {
  return `${PREFIX}${randomBytes(8).toString("hex")}`;
}

export function isMemoryStream(stream: string): boolean {
  return stream.startsWith(PREFIX);
}
