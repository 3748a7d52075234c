import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { losesARace } from "../../../test/loses-a-race.ts";
import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { startTogether } from "../../../test/start-together.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { listPlans, type SessionPlanRow } from "../src/session-plans/index.ts";

const NAMES = Array.from({ length: isLongTier ? 16 : 4 }, (_, index) => `p${index}`);
const TIMES = isLongTier ? 200 : 25;
const program = fileURLToPath(new URL("programs/register.ts", import.meta.url));

/** The registry after as many processes as names have registered their sessions at once. */
async function rowsAfter(discipline: "exclusive" | "bare"): Promise<SessionPlanRow[]> {
  const dir = temporaryFolder();
  const children = NAMES.map((name) =>
    runTypeScript(program, [dir, name, String(TIMES), discipline]),
  );
  const endings = Promise.all(children.map(endOf));
  await startTogether(children);
  for (const { code, stderr } of await endings) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  }
  return listPlans(dir);
}

test("processes that register their sessions at once in one bucket lose and mix none", async () => {
  const rows = await rowsAfter("exclusive");
  const found = rows.map(({ sessionID, plan }) => `${sessionID} ${plan}`);
  const expected = NAMES.flatMap((name) =>
    Array.from({ length: TIMES }, (_, time) => {
      const number = String(time).padStart(4, "0");
      return `ses_66d${name}${number} ${name}-${time}`;
    }),
  );
  expect(found.toSorted()).toEqual(expected.toSorted());
  expect(new Set(rows.map(({ sessionKey }) => sessionKey))).toEqual(new Set(["ses_66d"]));
});

test("the same by reading and writing the whole file loses some: the test can fail", async () => {
  const total = NAMES.length * TIMES;
  expect(await losesARace(async () => (await rowsAfter("bare")).length < total)).toBe(true);
});
