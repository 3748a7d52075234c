import { expect, test } from "vitest";

import { maximumSizeOf } from "./maximum-size.ts";

test("512 MiB unless another size is asked for", () => {
  expect(maximumSizeOf(undefined)).toBe(512 * 2 ** 20);
  expect(maximumSizeOf(2 ** 20)).toBe(2 ** 20);
  expect(maximumSizeOf(2 ** 31)).toBe(2 ** 31);
});

test.each([0, -1, 2 ** 20 - 1, 2 ** 31 + 1, 2 ** 20 + 0.5, Number.NaN, Infinity, "1048576", null])(
  "%j is a RangeError with a code",
  (size) => {
    const fault = expect.objectContaining({ code: "LMDB_STORE_SIZE_INVALID", size }) as Error;
    expect(() => maximumSizeOf(size as number)).toThrow(RangeError);
    expect(() => maximumSizeOf(size as number)).toThrow(fault);
  },
);
