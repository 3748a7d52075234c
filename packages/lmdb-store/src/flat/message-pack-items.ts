// Extensions of msgpackr: the definition of a record, and those whose content is the item behind them
// (errors, numbered objects, sets, regular expressions).
const RECORD = 0x72;
const BEFORE_AN_ITEM: ReadonlySet<number> = new Set([0x65, 0x69, 0x73, 0x78]);
// It makes the texts of a value stand together, which lmdb does not ask for.
const BUNDLE = 0x62;
const FIRST_RECORD = 0x40;

// What follows a token: bytes, or where its length or count stands in that many bytes.
const BYTES: ReadonlyMap<number, number> = new Map([
  ...[0xc0, 0xc2, 0xc3].map((token) => [token, 0] as const),
  ...[0xcc, 0xd0].map((token) => [token, 1] as const),
  ...[0xcd, 0xd1].map((token) => [token, 2] as const),
  ...[0xca, 0xce, 0xd2].map((token) => [token, 4] as const),
  ...[0xcb, 0xcf, 0xd3].map((token) => [token, 8] as const),
]);
const LENGTH_BYTES = new Map([
  ...[0xc4, 0xd9].map((token) => [token, 1] as const),
  ...[0xc5, 0xda].map((token) => [token, 2] as const),
  ...[0xc6, 0xdb].map((token) => [token, 4] as const),
]);
const EXTENSION_LENGTH_BYTES = new Map([
  [0xc7, 1],
  [0xc8, 2],
  [0xc9, 4],
]);
const FIXED_EXTENSION = 0xd4;
const LAST_FIXED_EXTENSION = 0xd8;

/**
 * Whether the bytes can be one value in MessagePack, by their lengths and counts alone. The decoder makes room for
 * as many items as a list claims before it reads them: damaged lists in lists could take all memory, which ends the
 * process. The structures are the names of the properties of records that are defined elsewhere, by number.
 */
export function isOneItem(
  bytes: Uint8Array,
  structures: readonly (readonly string[])[] = [],
): boolean {
  return new Items(bytes, structures).areWhole();
}

class Items {
  readonly #bytes: Buffer;
  /** How many properties a record has, by its number. */
  readonly #records: number[] = [];
  #position = 0;
  #pending = 1;

  constructor(bytes: Uint8Array, structures: readonly (readonly string[])[]) {
    structures.forEach((names, record) => (this.#records[FIRST_RECORD + record] = names.length));
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  areWhole(): boolean {
    // Each item has a byte of its own at least.
    while (this.#pending > 0 && this.#pending <= this.#bytes.length - this.#position) {
      this.#pending -= 1;
      if (!this.#pass(this.#number(1))) return false;
    }
    return this.#pending === 0 && this.#position === this.#bytes.length;
  }

  #pass(token: number): boolean {
    if (token < FIRST_RECORD || token >= 0xe0) return true;
    if (token < 0x80) this.#pending += this.#records[token] ?? 0;
    else if (token < 0x90) this.#pending += 2 * (token - 0x80);
    else if (token < 0xa0) this.#pending += token - 0x90;
    else if (token < 0xc0) this.#position += token - 0xa0;
    else return this.#passLong(token);
    return true;
  }

  #passLong(token: number): boolean {
    if (token >= FIXED_EXTENSION && token <= LAST_FIXED_EXTENSION) {
      return this.#passExtension(2 ** (token - FIXED_EXTENSION));
    }
    const extensionLengthBytes = EXTENSION_LENGTH_BYTES.get(token);
    if (extensionLengthBytes !== undefined) {
      return this.#passExtension(this.#number(extensionLengthBytes));
    }
    const lengthBytes = LENGTH_BYTES.get(token);
    const bytes = BYTES.get(token);
    if (lengthBytes !== undefined) {
      const length = this.#number(lengthBytes);
      this.#position += length;
    } else if (bytes !== undefined) this.#position += bytes;
    else if (token === 0xdc || token === 0xdd)
      this.#pending += this.#number(token === 0xdc ? 2 : 4);
    else if (token === 0xde || token === 0xdf)
      this.#pending += 2 * this.#number(token === 0xde ? 2 : 4);
    else return false;
    return true;
  }

  #passExtension(length: number): boolean {
    const type = this.#number(1);
    if (type === RECORD) return length === 1 && this.#define(this.#number(1));
    if (BEFORE_AN_ITEM.has(type)) this.#pending += 1;
    this.#position += length;
    return type !== BUNDLE;
  }

  /** The names of a record stand before its first values. */
  #define(record: number): boolean {
    const token = this.#bytes[this.#position] ?? 0;
    if (token < 0x90 || (token >= 0xa0 && token !== 0xdc)) return false;
    const count = token === 0xdc ? this.#numberAt(this.#position + 1, 2) : token - 0x90;
    this.#records[FIRST_RECORD + (record & (FIRST_RECORD - 1))] = count;
    this.#pending += 1 + count;
    return true;
  }

  #number(bytes: number): number {
    const number = this.#numberAt(this.#position, bytes);
    this.#position += bytes;
    return number;
  }

  /** Zero behind the end, which is noticed then. */
  #numberAt(position: number, bytes: number): number {
    return position + bytes <= this.#bytes.length ? this.#bytes.readUIntBE(position, bytes) : 0;
  }
}
