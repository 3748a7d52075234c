import fs from "node:fs";
import { basename, dirname } from "node:path";

import { expect, test } from "vitest";

import { findOrphans } from "@x/atomic-fs";

import { isLongTier } from "../../../test/tier.ts";
import { checkDatabase } from "../src/check-database.ts";
import { type Action, Playground } from "./support/playground.ts";

const KILLS = isLongTier ? 100 : 2;
const READERS = isLongTier ? 2 : 1;

test("whoever is killed, nothing that was told is missing, and nobody ever sees a half", async ({
  annotate,
}) => {
  const playground = new Playground(1);
  const readers = Array.from({ length: READERS }, (_, index) =>
    playground.start("watch", `reader-${index}`),
  );
  const writers = [0, 1].map((index) => playground.start("transfer", `writer-${index}`));
  for (let kill = 0; kill < KILLS; kill += 1) {
    const [victim] = writers.splice(0, 1);
    if (victim === undefined) throw new Error("nobody writes");
    await playground.killAfter(victim, `writer-${kill}`, "open");
    await playground.assertWhole();
    if (kill + 2 < KILLS) writers.push(playground.start("transfer", `writer-${kill + 2}`));
  }
  for (const reader of readers) {
    reader.kill();
    expect(await reader.ended).toMatchObject({ signal: "SIGKILL", stderr: "" });
  }
  await playground.assertAllThere();
  const slowest = Math.round(playground.slowestLock);
  await annotate(`${KILLS} kills, lock free after at most ${slowest} ms`, "killed");
}, 900_000);

const CASES: readonly (readonly [Action, string])[] = [
  ["open-and-close", "opening"],
  ["back-up", "backing up"],
  ["open-and-close", "closing"],
  ["verify", "verifying"],
];

/** What lies beside the database, and nobody who looks for it would know as what somebody has left. */
async function filesLeft(path: string): Promise<string[]> {
  const folder = dirname(path);
  const orphans = [await findOrphans(`${path}.copy`), await findOrphans(`${path}.backups`)].flat();
  const dead = orphans.filter(({ writer }) => writer === "dead");
  const known = new Set(dead.map((orphan) => basename(orphan.path)));
  const ours = /^records\.lmdb(?:-lock|\.state|\.copy|\.backups(?:\.lock(?:\.next)?)?)?$/;
  return fs.readdirSync(folder).filter((name) => !ours.test(name) && !known.has(name));
}

test.for(isLongTier ? CASES : CASES.slice(0, 2))(
  "a process that is killed in the midst of %s (%s) leaves a whole database",
  { timeout: 900_000 },
  async ([action, last], { annotate }) => {
    const playground = new Playground(2);
    const copy = `${playground.path}.copy`;
    for (let kill = 0; kill < (isLongTier ? 40 : 1); kill += 1) {
      const name = `user-${kill}`;
      await playground.killAfter(playground.start(action, name), name, last);
      await playground.assertWhole();
      // One that has its name is whole.
      if (fs.existsSync(copy)) await checkDatabase(copy);
    }
    await playground.assertAllThere();
    expect(await filesLeft(playground.path)).toEqual([]);
    const slowest = Math.round(playground.slowestLock);
    await annotate(`${last}: lock free after at most ${slowest} ms`, "killed");
  },
);
