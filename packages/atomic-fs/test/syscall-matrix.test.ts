import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { OPERATIONS } from "./torture/operations.ts";
import { cannotTrace } from "./torture/strace.ts";
import { FAULTS, printMatrix, runMatrix } from "./torture/syscall-matrix.ts";

const MINUTES = 60_000;

test(
  "the matrix finds what a careless writer does wrong",
  async ({ skip, annotate }) => {
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
  },
  MINUTES,
);

const SHORT = [
  "writeFileAtomicSync",
  "writeFileAtomic",
  "updateJsonSync",
  "updateJson",
  "withFileLockSync, of a dead owner",
];
const LONG = Object.keys(OPERATIONS).filter((name) => !name.startsWith("careless"));

test.for(isLongTier ? LONG : SHORT)(
  "%s, with each fault in each of its calls: never torn, no silent error, nothing left behind",
  { timeout: 5 * MINUTES },
  async (operation, { skip, annotate }) => {
    if (cannotTrace !== undefined) return skip(cannotTrace);
    const cells = await runMatrix(operation, FAULTS, temporaryFolder());
    await annotate(printMatrix(operation, cells), "matrix");
    expect(cells.filter(({ faults }) => faults.length > 0)).toEqual([]);
    // One look at the lock is left out where the last one is less than a millisecond old.
    const missed = cells.filter(({ wasHit }) => !wasHit);
    expect(missed.length).toBeLessThanOrEqual(FAULTS.length);
  },
);
