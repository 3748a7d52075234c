import { chmodSync } from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished } from "vitest";

import { filesOf } from "./checkout.ts";

export interface Failure {
  readonly title: string;
  readonly args: readonly string[];
  readonly prepare?: (dir: string) => void;
  readonly code: string;
  readonly sentence: (dir: string) => string;
}

export type Run = (
  dir: string,
  args: readonly string[],
) => Promise<{ code: number | null; stdout: string; stderr: string }>;

/** The one JSON value that must be on stdout, whatever happened. */
export function envelope(stdout: string): { ok: boolean; data?: unknown; error?: unknown } {
  const value: { schemaVersion: number; ok: boolean; warnings: unknown[] } = JSON.parse(stdout);
  expect(value.schemaVersion).toBe(1);
  expect(value.warnings).toBeInstanceOf(Array);
  return value;
}

/** One sentence and one hint, or one JSON value; the exit code; and nothing on disk has changed. */
export async function assertFailure(
  dir: string,
  failure: Omit<Failure, "title">,
  run: Run,
): Promise<void> {
  const { args, code, sentence } = failure;
  const exitCode = ["CABINET_USAGE", "LEASE_INVALID"].includes(code) ? 2 : 1;
  const files = filesOf(dir);
  const plain = await run(dir, args);
  expect(plain).toMatchObject({ code: exitCode, stdout: "" });
  const lines = [`error: ${sentence(dir)}`, expect.stringMatching(/\.$/), ""];
  expect(plain.stderr.split("\n")).toEqual(lines);

  const json = await run(dir, [...args, "--json"]);
  expect(json).toMatchObject({ code: exitCode, stderr: "" });
  expect(envelope(json.stdout)).toMatchObject({
    ok: false,
    error: { code, message: sentence(dir), hint: expect.stringMatching(/\.$/) },
  });
  expect(filesOf(dir)).toEqual(files);
}

/** The same, where the folder of the plans cannot be written by who runs it. */
export async function assertNotWritten(
  dir: string,
  args: readonly string[],
  run: Run,
): Promise<void> {
  chmodSync(dir, 0o755);
  chmodSync(join(dir, ".ai"), 0o555);
  // A folder that cannot be written cannot be emptied either.
  onTestFinished(() => chmodSync(join(dir, ".ai"), 0o755));
  const sentence = (): string =>
    `No permission to write ${dir}/.ai/.session-plans.json; nothing was changed.`;
  await assertFailure(dir, { args, code: "ATOMIC_FS_ACCESS_DENIED", sentence }, run);
}

/** Nothing in it could act on a terminal. */
export function assertPrintable(printed: string): void {
  expect(printed.replaceAll(/[\n\t]/g, "")).not.toMatch(/[\p{Cc}\u202e]/u);
}
