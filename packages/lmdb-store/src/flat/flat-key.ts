// As ordered-binary writes them: numbers, booleans and others begin below it, and it stands before a text
// that would begin so, too.
const TEXT_MARK = 27;
// In a text it stands before one of these or itself; without it they mean something else, such as the next part of a list.
const ESCAPE = 4;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text that lmdb stores as that key by default; undefined when the key is no text. */
export function parseFlatKey(bytes: Uint8Array): string | undefined {
  const first = bytes[0];
  if (first === undefined || first < TEXT_MARK) return undefined;
  const text = unescape(first === TEXT_MARK ? bytes.subarray(1) : bytes);
  if (text === undefined) return undefined;
  try {
    return decoder.decode(text);
  } catch {
    // No UTF-8: bytes were the key.
    return undefined;
  }
}

function unescape(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.every((byte) => byte > ESCAPE)) return bytes;
  const text: number[] = [];
  let isEscaped = false;
  for (const byte of bytes) {
    if (byte < ESCAPE && !isEscaped) return undefined;
    isEscaped = byte === ESCAPE && !isEscaped;
    if (!isEscaped) text.push(byte);
  }
  return isEscaped ? undefined : Uint8Array.from(text);
}
