import { readdirSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { leaveOrphan } from "../../test/orphan.ts";
import { findRecovery } from "./find-recovery.ts";

const namesBeside = (path: string): string[] => readdirSync(dirname(path)).toSorted();

test("what a recovery would put in the place of a file can be told beforehand, and changes nothing", async () => {
  const file = join(temporaryFolder(), "state.json");
  writeFileSync(file, '{"n":');
  utimesSync(file, 1_500, 1_500);
  leaveOrphan(file, { intended: '{"n":1}', seconds: 1_000 });
  const newest = leaveOrphan(file, { intended: '{"n":2}', seconds: 2_000 });
  leaveOrphan(file, { intended: '{"n":3}', content: '{"n":', seconds: 3_000 });
  leaveOrphan(file, { intended: '{"n":4}', writer: "alive", seconds: 4_000 });
  const names = namesBeside(file);
  expect(await findRecovery(file)).toEqual({ path: newest, isComplete: true });
  unlinkSync(newest);
  expect(await findRecovery(file)).toBeUndefined();
  unlinkSync(file);
  expect(await findRecovery(file)).toMatchObject({ path: expect.stringContaining(".tmp.") });
  expect(namesBeside(file)).toEqual(
    names.filter((name) => ![basename(file), basename(newest)].includes(name)),
  );
  writeFileSync(file, "{}");
  expect(await findRecovery(file)).toBeUndefined();
  const other = join(dirname(file), "other.json");
  expect(await findRecovery(other)).toBeUndefined();
  writeFileSync(`${other}.tmp.99999999`, "{}");
  expect(await findRecovery(other)).toEqual({ path: `${other}.tmp.99999999`, isComplete: false });
});
