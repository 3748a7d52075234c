import { join } from "node:path";

import { expect, test } from "vitest";

import { preparedPlace } from "./golden/prepared-place.ts";
import { KIND } from "./golden/texts.ts";
import { changesOf, treeOf } from "./golden/tree-of.ts";
import { answersHere, answersOf, codesOf } from "./places-answers.ts";
import { giveRecordsToAnybody, readOnlyByMode, requireNobody } from "./places-permissions.ts";
import type { Program } from "./places-program.ts";

/** Those that ask for the home folder. */
const AT_HOME = [["plans"], ["tracker"], ["init", "--dry-run"], ["status"], ["doctor"]];

/** That it is asked for where it is needed, whatever HOME says. */
export function testHomes({ words, asNobody }: Program): void {
  test.each<[string, (home: string) => Record<string, string>]>([
    ["is not set", () => ({})],
    ["is empty", () => ({ HOME: "" })],
    ["names no folder", (home) => ({ HOME: join(home, "none") })],
    ["is relative", () => ({ HOME: "." })],
  ])("the answers are the same where HOME %s", async (_, homeOf) => {
    const { dir, env, folder, home } = await preparedPlace(KIND);
    const { HOME: _none, ...others } = env;
    const usual = await answersHere(dir, env);
    const before = treeOf(folder);
    const answers = await answersOf(words, dir, { ...others, ...homeOf(home) }, AT_HOME);
    expect(usual).toMatchObject(answers);
    expect(changesOf(before, treeOf(folder))).toEqual([]);
  });

  test.each([
    ["is empty", ""],
    ["is relative", "."],
  ])("a record is not begun in the current folder where HOME %s", async (_, HOME) => {
    const { dir, env, folder } = await preparedPlace(KIND);
    const { CABINET_TRACKER_DATABASE: _none, ...others } = env;
    const before = treeOf(folder);
    const journal = ["tracker", "journal", "build", "--task", "x"];
    for (const command of [["tracker"], journal]) {
      const [answer] = Object.values(await answersOf(words, dir, { ...others, HOME }, [command]));
      expect(answer).toMatchObject({
        code: 1,
        envelope: {
          error: { code: "TRACKER_UNAVAILABLE", message: expect.stringContaining("HOME") },
        },
      });
    }
    expect(changesOf(before, treeOf(folder))).toEqual([]);
  });

  test("a home folder that cannot be written is named where the record was to be made", async (context) => {
    const place = await preparedPlace(KIND);
    const { CABINET_TRACKER_DATABASE: _none, ...env } = place.env;
    giveRecordsToAnybody(place);
    readOnlyByMode(place.home);
    await requireNobody(context, asNobody, place);
    const journal = ["tracker", "journal", "build", "--task", "x"];
    const answers = await answersOf(asNobody, place.dir, env, [["tracker"], journal]);
    expect(codesOf(answers)).toEqual([0, 1]);
    expect(answers[journal.join(" ")]?.envelope.error).toMatchObject({
      message: expect.stringContaining(place.home),
      hint: expect.stringMatching(/\.$/),
    });
  });
}
