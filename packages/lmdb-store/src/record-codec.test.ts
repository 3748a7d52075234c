import fc from "fast-check";
import { Packr } from "msgpackr";
import { expect, test } from "vitest";

import { RecordCodec, seal, STRUCTURES_KEY, unseal } from "./record-codec.ts";

const KEY = "key";

/** Two codecs of one collection, as two processes have them. */
function codecs() {
  let stored: Uint8Array | undefined;
  const record = {
    read: () => stored,
    write: (sealed: Buffer) => {
      stored = Buffer.from(sealed);
    },
  };
  return { one: new RecordCodec(Packr, record), other: new RecordCodec(Packr, record), record };
}

test("every JSON value that one process writes, another one reads", () => {
  const { one, other } = codecs();
  const value = fc.jsonValue({ maxDepth: 4 });
  fc.assert(
    fc.property(value, (raw) => {
      // As the port gives it to an engine.
      const text = JSON.stringify(raw);
      const decoded = other.decode(KEY, one.encode(KEY, JSON.parse(text)));
      expect(JSON.stringify(decoded?.value)).toBe(text);
    }),
    { numRuns: 3_000 },
  );
});

test("properties with odd names, and objects with many different names, come back", () => {
  const { one, other } = codecs();
  const texts = [
    '{"a":[{"__proto__":{"b":1}}]}',
    '{"__proto__":1}',
    '{"a":1,"__keys__":2}',
    '{"a":1}',
    '{"toJSON":1,"constructor":2,"":3}',
  ];
  for (let index = 0; index < 500; index += 1) texts.push(`{"a${index % 90}":1,"b${index}":[{}]}`);
  for (const text of texts) {
    const sealed = one.encode(KEY, JSON.parse(text));
    expect(JSON.stringify(other.decode(KEY, sealed)?.value)).toBe(text);
  }
});

test("names of properties stand once for all objects that look alike", () => {
  const { one } = codecs();
  const object = { a_rather_long_name_of_a_property: 1 };
  one.encode(KEY, object);
  expect(one.encode(KEY, object).length).toBeLessThan(10);
});

test("two processes that add kinds of objects in turn understand each other", () => {
  const { one, other } = codecs();
  const written: [Buffer, string][] = [];
  for (let index = 0; index < 80; index += 1) {
    const value = { [`name${index}`]: index, shared: true };
    written.push([(index % 2 === 0 ? one : other).encode(KEY, value), JSON.stringify(value)]);
  }
  for (const [sealed, text] of written) {
    expect(JSON.stringify(one.decode(KEY, sealed)?.value)).toBe(text);
    expect(JSON.stringify(other.decode(KEY, sealed)?.value)).toBe(text);
  }
});

test("what a transaction that was given up has added is not taken for stored", () => {
  let stored: Buffer | undefined;
  const record = { read: () => stored, write: (sealed: Buffer) => (stored = Buffer.from(sealed)) };
  const one = new RecordCodec(Packr, record);
  one.encode(KEY, { first: 1 });
  const before = stored;
  one.encode(KEY, { second: 2 });
  stored = before;
  one.forget();
  const sealed = one.encode(KEY, { third: 3 });
  const again = one.encode(KEY, { second: 2 });
  const other = new RecordCodec(Packr, record);
  expect(other.decode(KEY, sealed)).toEqual({ value: { third: 3 } });
  expect(other.decode(KEY, again)).toEqual({ value: { second: 2 } });
});

test("a flipped bit anywhere in key, value or checksum is seen", () => {
  const { one } = codecs();
  const sealed = one.encode(KEY, { a: "text", b: [1, 2, 3] });
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const flipped = Buffer.from(sealed);
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(one.decode(KEY, flipped)).toBeUndefined();
  }
  expect(one.decode("kez", sealed)).toBeUndefined();
  expect(one.decode(KEY, sealed.subarray(0, 3))).toBeUndefined();
});

test("damaged structures are not written over", () => {
  const stored = seal(STRUCTURES_KEY, Buffer.from('[["a"]]'));
  stored.writeUInt8(0, 0);
  const record = { read: () => stored, write: () => expect.fail("they were written over") };
  const codec = new RecordCodec(Packr, record);
  expect(() => codec.encode(KEY, { b: 1 })).toThrow("damaged");
});

test("what was sealed is unsealed under its key only", () => {
  const sealed = seal(KEY, Buffer.from("bytes"));
  expect(Buffer.from(unseal(KEY, sealed) ?? []).toString()).toBe("bytes");
  expect(unseal("other", sealed)).toBeUndefined();
  expect(unseal(KEY, Buffer.alloc(0))).toBeUndefined();
});
