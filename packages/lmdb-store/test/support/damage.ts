import { NODE, NODE_FLAG, OVERFLOW, PAGE, PAGE_FLAG } from "../../src/pages/page-layout.ts";
import type { Random } from "./seeded-random.ts";

const PAGE_BYTES = 4096;

const FREE_ROOT = 88;
const MAIN_ROOT = 136;
// In the record of a tree.
const ROOT_FIELD = 40;
const TRANSACTION = 152;
const META_FIELDS = [
  0, 8, 18, 24, 28, 40, 48, 52, 54, 56, 64, 72, 80, 88, 100, 102, 104, 112, 120, 128,
];
const LATER_META_FIELDS = [136, 144, TRANSACTION];
const TREE_FIELDS = [4, 6, 8, 16, 24, 32, 40];
const TREE_RECORD_BYTES = 48;

/** A way to damage a database: changes the newest image, given older ones of the same database. */
export type Damage = (image: Buffer, older: readonly Buffer[], random: Random) => Buffer;

/** Families of damage, by what happens. */
export const damages: Readonly<Record<string, Damage>> = {
  "cut between two pages": (image, _, random) =>
    image.subarray(0, (1 + random(pagesOf(image) - 1)) * PAGE_BYTES),
  "cut within a page": (image, _, random) => image.subarray(0, 1 + random(image.length - 1)),
  "a field of a meta page": (image, _, random) => {
    const field = pick(random, [...META_FIELDS, ...LATER_META_FIELDS]);
    return spoil(image, random(2) * PAGE_BYTES + field, 2, random);
  },
  "the transaction of a meta page": (image, _, random) => {
    const position = random(2) * PAGE_BYTES + TRANSACTION;
    const change = pick(random, [-3n, -2n, -1n, 1n, 2n, 3n, 1n << 40n]);
    image.writeBigUInt64LE(BigInt.asUintN(64, image.readBigUInt64LE(position) + change), position);
    return image;
  },
  "an older meta page": (image, older, random) => {
    const start = random(2) * PAGE_BYTES;
    pick(random, older).copy(image, start, start, start + PAGE_BYTES);
    return image;
  },
  "the number of a page": onPage(PAGE_FLAG.leaf | PAGE_FLAG.branch, PAGE.number, 8),
  "the transaction of a page": onPage(PAGE_FLAG.leaf | PAGE_FLAG.branch, PAGE.transaction, 8),
  "the flags of a page": onPage(PAGE_FLAG.leaf | PAGE_FLAG.branch, PAGE.flags, 2),
  "the lower bound of free room": onPage(PAGE_FLAG.leaf | PAGE_FLAG.branch, PAGE.lower, 2),
  "the upper bound of free room": onPage(PAGE_FLAG.leaf | PAGE_FLAG.branch, PAGE.upper, 2),
  "the header of an overflow run": onPage(PAGE_FLAG.overflow, 0, PAGE.headerBytes),
  "a pointer": (image, _, random) => {
    const page = pickPage(image, random, PAGE_FLAG.leaf | PAGE_FLAG.branch);
    return spoil(image, page + PAGE.headerBytes + 2 * random(nodesOf(image, page)), 2, random);
  },
  "the header of a node of a leaf": onNode(PAGE_FLAG.leaf, 0, NODE.headerBytes),
  "the header of a node of a branch": onNode(PAGE_FLAG.branch, 0, NODE.headerBytes),
  "the key of a node of a branch": onNode(PAGE_FLAG.branch, NODE.headerBytes, 4),
  "the child of a branch": (image, _, random) => {
    const node = pickNode(image, random, PAGE_FLAG.branch);
    image.writeUInt32LE(random(pagesOf(image) + 2), node);
    return image;
  },
  "the record of a tree": (image, _, random) => {
    const position = pick(random, treeRecords(image));
    return spoil(image, position + pick(random, TREE_FIELDS), 2, random);
  },
  "the reference to an overflow run": (image, _, random) => {
    const references = leafNodes(image).filter(
      (node) => image.readUInt16LE(node + NODE.flags) === 1,
    );
    const value = valueOf(image, pick(random, references));
    return spoil(image, value + random(OVERFLOW.bytes), 1, random);
  },
  "an entry of the free list": (image, _, random) => {
    const list = pick(random, freeLists(image));
    const entry = list + 8 * (1 + random(image.readUInt32LE(list)));
    image.writeBigInt64LE(BigInt(random(pagesOf(image) + 2) - random(3) * 20), entry);
    return image;
  },
  "the count of the free list": (image, _, random) =>
    spoil(image, pick(random, freeLists(image)) + random(4), 1, random),
  "a page of zeros": (image, _, random) => {
    const start = anyPage(image, random);
    return image.fill(0, start, start + PAGE_BYTES);
  },
  "a page of noise": (image, _, random) => {
    const start = anyPage(image, random);
    for (let offset = 0; offset < PAGE_BYTES; offset += 1) image[start + offset] = random(256);
    return image;
  },
  "a page twice": (image, _, random) => {
    const from = anyPage(image, random);
    image.copy(image, anyPage(image, random), from, from + PAGE_BYTES);
    return image;
  },
  "two pages swapped": (image, _, random) => {
    const [one, other] = [anyPage(image, random), anyPage(image, random)];
    const first = Buffer.from(image.subarray(one, one + PAGE_BYTES));
    image.copy(image, one, other, other + PAGE_BYTES);
    first.copy(image, other);
    return image;
  },
  "an older version of a page": (image, older, random) => {
    const source = pick(random, older);
    const start = anyPage(image, random) % source.length;
    source.copy(image, start, start, start + PAGE_BYTES);
    return image;
  },
  "half of an older version of a page": (image, older, random) => {
    const source = pick(random, older);
    const start = (anyPage(image, random) % source.length) + random(2) * (PAGE_BYTES / 2);
    source.copy(image, start, start, start + PAGE_BYTES / 2);
    return image;
  },
  "the tail of an older copy": (image, older, random) => {
    const source = pick(random, older);
    const start = random(Math.floor(source.length / 512)) * 512;
    source.copy(image, start, start);
    return image;
  },
  "a sector of zeros": (image, _, random) => {
    const start = random(Math.floor(image.length / 512)) * 512;
    return image.fill(0, start, start + 512);
  },
  "a bit of a page in use": (image, _, random) =>
    flip(image, anyPage(image, random) + random(PAGE_BYTES), 1 << random(8)),
  "a bit": (image, _, random) => flip(image, random(image.length), 1 << random(8)),
  "a byte": (image, _, random) => flip(image, random(image.length), 1 + random(255)),
};

/** Families after which older records can stand in for newer ones, which no check of pages can see. */
export const rollbacks: ReadonlySet<string> = new Set([
  "an older meta page",
  "an older version of a page",
  "half of an older version of a page",
  "the tail of an older copy",
]);

function onPage(flags: number, field: number, bytes: number): Damage {
  return (image, _, random) =>
    spoil(image, pickPage(image, random, flags) + field + 2 * random(bytes / 2), 2, random);
}

function onNode(flags: number, field: number, bytes: number): Damage {
  return (image, _, random) =>
    spoil(image, pickNode(image, random, flags) + field + 2 * random(bytes / 2), 2, random);
}

/** Writes something else there: one bit, an edge, or anything. */
function spoil(image: Buffer, position: number, bytes: number, random: Random): Buffer {
  const way = random(3);
  if (way === 0) return flip(image, position + random(bytes), 1 << random(8));
  const value = way === 1 ? pick(random, [0, 1, 2, 0xfffe, 0xffff]) : random(0x10000);
  image.writeUIntLE(value % 2 ** (8 * bytes), position, bytes);
  return image;
}

function flip(image: Buffer, position: number, bits: number): Buffer {
  image.writeUInt8(image.readUInt8(position) ^ bits, position);
  return image;
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[random(items.length)];
  if (item === undefined) throw new RangeError("there is nothing to damage");
  return item;
}

function pagesOf(image: Buffer): number {
  return Math.floor(image.length / PAGE_BYTES);
}

/** Where the pages of these kinds begin that are in use; of overflow runs, the first ones. */
function pagesWith(image: Buffer, flags: number): number[] {
  const isFirst = image.readUInt32LE(TRANSACTION) > image.readUInt32LE(PAGE_BYTES + TRANSACTION);
  const meta = isFirst ? 0 : PAGE_BYTES;
  const found: number[] = [];
  // A file that is damaged already can have a circle.
  const seen = new Set<number>();
  const next = [image.readUInt32LE(meta + FREE_ROOT), image.readUInt32LE(meta + MAIN_ROOT)];
  for (let number = next.pop(); number !== undefined; number = next.pop()) {
    const page = number * PAGE_BYTES;
    if (seen.has(page)) continue;
    seen.add(page);
    const kind = image.readUInt16LE(page + PAGE.flags);
    if ((kind & flags) !== 0) found.push(page);
    if (kind !== PAGE_FLAG.overflow) next.push(...childrenOf(image, page, kind));
  }
  return found;
}

function childrenOf(image: Buffer, page: number, kind: number): number[] {
  const nodes = nodesIn(image, page);
  if (kind === PAGE_FLAG.branch) return nodes.map((node) => image.readUInt32LE(node));
  return nodes.flatMap((node) => {
    const flags = image.readUInt16LE(node + NODE.flags);
    if (flags === 0) return [];
    return [image.readUInt32LE(valueOf(image, node) + (flags === NODE_FLAG.tree ? ROOT_FIELD : 0))];
  });
}

/** Where any page begins, more often one in use than not. */
function anyPage(image: Buffer, random: Random): number {
  if (random(3) === 0) return random(pagesOf(image)) * PAGE_BYTES;
  return pickPage(image, random, PAGE_FLAG.branch | PAGE_FLAG.leaf | PAGE_FLAG.overflow);
}

function pickPage(image: Buffer, random: Random, flags: number): number {
  return pick(random, pagesWith(image, flags));
}

function nodesOf(image: Buffer, page: number): number {
  return image.readUInt16LE(page + PAGE.lower) / 2;
}

function nodesIn(image: Buffer, page: number): number[] {
  const count = nodesOf(image, page);
  return Array.from({ length: count }, (_, index) => {
    const pointer = image.readUInt16LE(page + PAGE.headerBytes + 2 * index);
    return page + PAGE.headerBytes + pointer;
  });
}

function pickNode(image: Buffer, random: Random, flags: number): number {
  return pick(random, nodesIn(image, pickPage(image, random, flags)));
}

function leafNodes(image: Buffer): number[] {
  return pagesWith(image, PAGE_FLAG.leaf).flatMap((page) => nodesIn(image, page));
}

function valueOf(image: Buffer, node: number): number {
  return node + NODE.headerBytes + image.readUInt16LE(node + NODE.keySize);
}

/** The records of all trees, in both meta pages and the main tree. */
function treeRecords(image: Buffer): number[] {
  const named = leafNodes(image).filter(
    (node) =>
      image.readUInt16LE(node + NODE.flags) === 2 && image.readUInt32LE(node) === TREE_RECORD_BYTES,
  );
  return [48, 96, PAGE_BYTES + 48, PAGE_BYTES + 96, ...named.map((node) => valueOf(image, node))];
}

/** The lists in the root page of the newest free tree. */
function freeLists(image: Buffer): number[] {
  const isFirst = image.readUInt32LE(TRANSACTION) > image.readUInt32LE(PAGE_BYTES + TRANSACTION);
  const root = image.readUInt32LE((isFirst ? 0 : PAGE_BYTES) + FREE_ROOT) * PAGE_BYTES;
  return nodesIn(image, root).map((node) => {
    const value = valueOf(image, node);
    const isLarge = image.readUInt16LE(node + NODE.flags) === 1;
    return isLarge ? image.readUInt32LE(value) * PAGE_BYTES + PAGE.headerBytes : value;
  });
}
