import { expect, test } from "vitest";

import { smallDisk } from "../../../test/small-disk.ts";
import { isLongTier } from "../../../test/tier.ts";
import { startProgram } from "./support/conversation.ts";

const NO_SPACE = "LMDB_STORE_NO_SPACE";

interface Case {
  readonly way: string;
  /** Blocks that are left: from, to, and in the short tier every so many. */
  readonly levels: readonly [first: number, last: number, step: number];
  /** With the most of them, something is done. */
  readonly isDoneAtLast: boolean;
}

const CASES: readonly Case[] = [
  { way: "commits", levels: [0, 60, 29], isDoneAtLast: false },
  { way: "a new database", levels: [0, 120, 40], isDoneAtLast: true },
  { way: "no lock file", levels: [0, 40, 20], isDoneAtLast: true },
  { way: "no state", levels: [0, 8, 8], isDoneAtLast: true },
  { way: "back-ups", levels: [0, 90, 29], isDoneAtLast: true },
];

test.for(CASES)(
  "on a full disk ($way) all that is refused says so, what was there stays, and later all goes on",
  { timeout: 900_000 },
  async ({ way, levels: [first, last, step], isDoneAtLast }, { skip, annotate }) => {
    const folder = smallDisk("size=4m");
    if (folder === undefined) return skip("this user may not mount a file system");
    const range = [first, last, isLongTier ? 1 : step].map(String);
    const { code, signal, stdout, stderr } = await startProgram("fill-disk", folder, way, ...range)
      .ended;
    expect({ code, signal, stderr, stdout }).toMatchObject({ code: 0, signal: null, stderr: "" });
    const levels = stdout.trimEnd().split("\n");
    const outcomes = levels.map((line) => (JSON.parse(line) as [number, string[]])[1]);
    await annotate(levels.join("\n"), way);
    expect(outcomes[0]).toContain(NO_SPACE);
    const unexpected = outcomes
      .flat()
      .filter((outcome) => outcome !== "done" && outcome !== NO_SPACE);
    expect(unexpected).toEqual([]);
    expect(outcomes.at(-1)?.includes("done")).toBe(isDoneAtLast);
  },
);
