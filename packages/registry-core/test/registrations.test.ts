import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { startTogether } from "../../../test/start-together.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { listPlans } from "../src/session-plans/index.ts";

const PROCESSES = 8;
const TIMES = 50;

test("8 processes that register 50 sessions each in one bucket lose and mix none", async () => {
  const dir = temporaryFolder();
  const program = fileURLToPath(new URL("programs/register.ts", import.meta.url));
  const names = Array.from({ length: PROCESSES }, (_, index) => `p${index}`);
  const children = names.map((name) => runTypeScript(program, [dir, name, String(TIMES)]));
  const endings = Promise.all(children.map(endOf));
  await startTogether(children);
  for (const { code, stderr } of await endings) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  }
  const rows = await listPlans(dir);
  const found = rows.map(({ sessionID, plan }) => `${sessionID} ${plan}`).toSorted();
  const expected = names.flatMap((name) =>
    Array.from({ length: TIMES }, (_, time) => {
      const number = String(time).padStart(4, "0");
      return `ses_66d${name}${number} ${name}-${time}`;
    }),
  );
  expect(found).toEqual(expected.toSorted());
  expect(new Set(rows.map(({ sessionKey }) => sessionKey))).toEqual(new Set(["ses_66d"]));
}, 120_000);
