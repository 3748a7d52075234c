// As the LZ4 block format has it (lz4_Block_format.md): four bits each for the two lengths of a sequence,
// 15 means that more follow; a match has at least four bytes.
const LONG_LENGTH = 15;
const LEAST_MATCH = 4;

/**
 * Fills the room from `start` on with what an LZ4 block holds; what stands before it is the dictionary. False when the
 * block is damaged, or is not of exactly that many bytes: then the room behind `start` holds anything. Plain
 * JavaScript, and nothing is read or written outside of the two, whatever the block says.
 */
export function decompressBlock(block: Uint8Array, room: Uint8Array, start: number): boolean {
  let from = 0;
  let to = start;
  for (;;) {
    const token = block[from];
    if (token === undefined) return false;
    from += 1;
    const literals = lengthAt(block, from, token >>> 4);
    from = literals.next;
    if (literals.length > block.length - from || literals.length > room.length - to) return false;
    room.set(block.subarray(from, from + literals.length), to);
    from += literals.length;
    to += literals.length;
    // The last sequence has no match.
    if (from === block.length) return to === room.length;
    const low = block[from];
    const high = block[from + 1];
    if (low === undefined || high === undefined) return false;
    const distance = low + high * 0x100;
    const rest = lengthAt(block, from + 2, token & LONG_LENGTH);
    from = rest.next;
    const length = rest.length + LEAST_MATCH;
    if (distance === 0 || distance > to || length > room.length - to) return false;
    copyMatch(room, to, distance, length);
    to += length;
  }
}

function lengthAt(block: Uint8Array, from: number, short: number) {
  let length = short;
  let next = from;
  let more = short === LONG_LENGTH ? 0xff : 0;
  while (more === 0xff) {
    more = block[next] ?? 0;
    length += more;
    next += 1;
  }
  return { length, next };
}

/** A match may overlap with what it makes: then it repeats. */
function copyMatch(room: Uint8Array, to: number, distance: number, length: number): void {
  if (distance >= length) {
    room.copyWithin(to, to - distance, to - distance + length);
    return;
  }
  for (let index = to; index < to + length; index += 1) room[index] = room[index - distance] ?? 0;
}
