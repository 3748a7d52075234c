import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { OPERATIONS } from "./torture/operations.ts";
import { cannotTrace } from "./torture/strace.ts";
import { type Fault, FAULTS, printMatrix, runMatrix } from "./torture/syscall-matrix.ts";

test("the matrix finds what a careless writer does wrong", async ({ skip, annotate }) => {
  if (cannotTrace !== undefined) return skip(cannotTrace);
  const cells = await runMatrix("careless", ["KILL", "ENOSPC"], temporaryFolder());
  await annotate(printMatrix("careless", cells), "matrix");
  const found = cells.flatMap(({ faults }) => faults);
  expect(found).toEqual(
    expect.arrayContaining([
      "torn",
      "silent error",
      "left file.json.temporary",
      "file.json.temporary: another mode",
      expect.stringMatching(/^untyped: /),
    ]),
  );
});

// In the short tier, what shares its writer with the first one meets some of the faults only.
const SHORT: readonly (readonly [operation: string, faults: readonly Fault[]])[] = [
  ["writeFileAtomicSync", FAULTS],
  ["writeFileAtomic", ["EIO"]],
  ["updateJsonSync", ["KILL"]],
  ["updateJson", ["ENOSPC"]],
  ["withFileLockSync, of a dead owner", ["KILL", "EIO"]],
];
const LONG = Object.keys(OPERATIONS)
  .filter((name) => !name.startsWith("careless"))
  .map((name) => [name, FAULTS] as const);

test.for(isLongTier ? LONG : SHORT)(
  "%s, with faults in each of its calls: never torn, no silent error, nothing left behind",
  async ([operation, faults], { skip, annotate }) => {
    if (cannotTrace !== undefined) return skip(cannotTrace);
    const cells = await runMatrix(operation, faults, temporaryFolder());
    await annotate(printMatrix(operation, cells), "matrix");
    expect(cells.filter((cell) => cell.faults.length > 0)).toEqual([]);
    // One look at the lock is left out where the last one is less than a millisecond old.
    const missed = cells.filter(({ wasHit }) => !wasHit);
    expect(missed.length).toBeLessThanOrEqual(FAULTS.length);
  },
);
