import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, onTestFinished, type TestContext } from "vitest";

import type { Place } from "./golden/place.ts";
import { runWords } from "./places-program.ts";

/** The user who owns nothing may come there, and write the record. */
export function giveRecordsToAnybody(place: Place): void {
  const records = dirname(place.database);
  for (const path of [dirname(place.folder), place.folder, place.home]) chmodSync(path, 0o755);
  if (process.getuid?.() !== 0) return;
  for (const name of ["", ...readdirSync(records)]) chownSync(join(records, name), 65_534, 65_534);
}

/** No file and no folder below can be written, and by the owner again when the test is over. */
export function readOnlyByMode(dir: string): void {
  const paths = [
    dir,
    ...readdirSync(dir, { recursive: true, encoding: "utf8" }).map((name) => join(dir, name)),
  ];
  const set = (mode: string): void => void spawnSync("chmod", [mode, ...paths]);
  set("a+rX,a-w");
  onTestFinished(() => set("u+w"));
}

// Of setpriv, and of the program that gives its rights away itself.
const NOT_RUN: ReadonlySet<number | null> = new Set([77, 126, 127, null]);

/** Skips the test where nobody can become that user, or that user cannot run the program. */
export async function requireNobody(
  context: TestContext,
  words: readonly string[],
  { dir, env }: Place,
): Promise<void> {
  const missing = { code: null, stderr: "there is no setpriv" };
  const { code, stderr } = await runWords([...words, "--version"], { cwd: dir, env }).catch(
    () => missing,
  );
  // A program that has run, and failed, is no reason to skip.
  const hasNotRun = NOT_RUN.has(code) || /\bEACCES\b/.test(stderr);
  context.skip(hasNotRun, `no other user can be here: ${stderr}`);
  expect([code, stderr]).toEqual([0, ""]);
}
