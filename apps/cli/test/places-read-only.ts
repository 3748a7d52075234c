import { spawnSync } from "node:child_process";

import { expect, onTestFinished, test } from "vitest";

import type { Place } from "./golden/place.ts";
import { preparedPlace } from "./golden/prepared-place.ts";
import { KIND } from "./golden/texts.ts";
import { changesOf, treeOf } from "./golden/tree-of.ts";
import { answersHere, answersOf, type Answers, WRITES } from "./places-answers.ts";
import { giveRecordsToAnybody, readOnlyByMode, requireNobody } from "./places-permissions.ts";
import type { Program } from "./places-program.ts";

const SETUP = "init --dry-run";

/** That a checkout which cannot be written is looked at like any other. */
export function testReadOnly({ words, asNobody }: Program): void {
  test("a checkout that this user may only read is looked at like any other, and says why it is not written", async (context) => {
    const place = await preparedPlace(KIND);
    const writable = await answersHere(place.dir, place.env);
    giveRecordsToAnybody(place);
    readOnlyByMode(place.dir);
    await requireNobody(context, asNobody, place);
    await assertReadOnly(asNobody, place, writable, "ATOMIC_FS_ACCESS_DENIED");
  });

  test("a checkout on a read-only mount is looked at like any other, and says why it is not written", async (context) => {
    const place = await preparedPlace(KIND);
    const writable = await answersHere(place.dir, place.env);
    context.skip(!mountReadOnly(place.dir), "this user may not mount anything here");
    await assertReadOnly(words, place, writable, "ATOMIC_FS_READ_ONLY");
  });
}

async function assertReadOnly(
  words: readonly string[],
  { dir, env }: Place,
  writable: Answers,
  expected: string,
): Promise<void> {
  const before = treeOf(dir);
  // What would fail is not told as what would be done.
  const { [SETUP]: setup, ...answers } = await answersOf(words, dir, env);
  const { [SETUP]: _possible, ...others } = writable;
  expect(answers).toEqual(others);
  const written = { ...(await answersOf(words, dir, env, WRITES)), [SETUP]: setup };
  for (const [command, answer] of Object.entries(written)) {
    expect.soft(answer, command).toMatchObject({
      code: 1,
      envelope: { error: { code: expected, message: expect.stringContaining(dir) } },
    });
  }
  expect(changesOf(before, treeOf(dir))).toEqual([]);
}

function mountReadOnly(dir: string): boolean {
  const mount = (...words: string[]): boolean =>
    spawnSync("mount", words, { stdio: "ignore" }).status === 0;
  if (process.platform !== "linux" || !mount("--bind", dir, dir)) return false;
  onTestFinished(() => void spawnSync("umount", [dir]));
  return mount("-o", "remount,bind,ro", dir);
}
