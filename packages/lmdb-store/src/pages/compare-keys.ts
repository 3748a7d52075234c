/** A key, inside of a page. */
export interface Key {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly size: number;
}

/** Negative, zero or positive, as LMDB orders binary keys: by their bytes, the shorter one first. */
export function compareKeys(one: Key, other: Key): number {
  const size = Math.min(one.size, other.size);
  for (let index = 0; index < size; index += 1) {
    const difference = byteAt(one, index) - byteAt(other, index);
    if (difference !== 0) return difference;
  }
  return one.size - other.size;
}

/** Negative, zero or positive, as LMDB orders keys that are numbers of transactions, of one size. */
export function compareNumbers(one: Key, other: Key): number {
  for (let index = one.size - 1; index >= 0; index -= 1) {
    const difference = byteAt(one, index) - byteAt(other, index);
    if (difference !== 0) return difference;
  }
  return 0;
}

function byteAt({ bytes, offset }: Key, index: number): number {
  return bytes[offset + index] ?? 0;
}
