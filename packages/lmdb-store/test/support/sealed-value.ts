import { crc32 } from "node:zlib";

const SEAL_BYTES = 4;

/** The content, and a checksum of the key and the content behind it. */
export function sealValue(key: Uint8Array, content: Uint8Array): Buffer {
  const seal = Buffer.alloc(SEAL_BYTES);
  seal.writeUInt32LE(crc32(content, crc32(key)));
  return Buffer.concat([content, seal]);
}

/** What is wrong with a sealed value, or undefined. */
export function sealFault(
  _collection: string,
  key: Uint8Array,
  value: Uint8Array,
): string | undefined {
  const end = value.length - SEAL_BYTES;
  if (end < 0) return "its value is too short";
  const seal = new DataView(value.buffer, value.byteOffset + end).getUint32(0, true);
  return crc32(value.subarray(0, end), crc32(key)) === seal ? undefined : "its checksum is wrong";
}
