// The program that flushes, held up by something that does not end.
setInterval(() => undefined, 1000);
await import("../../src/lmdb/flush-child.ts");
