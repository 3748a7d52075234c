/**
 * Byte text: a file as a string with one character for each byte (latin1). Whatever the encoding of the
 * file, what is not changed stays byte for byte.
 */

export function byteTextOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

export function bytesIn(byteText: string): Uint8Array {
  return Buffer.from(byteText, "latin1");
}

/** Byte text as people read it. */
export function decoded(byteText: string): string {
  return Buffer.from(byteText, "latin1").toString("utf8");
}

/** What people write as byte text. */
export function encoded(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
