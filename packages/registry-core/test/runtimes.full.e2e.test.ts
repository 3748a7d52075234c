import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { fetchRuntimes, hasRuntimes } from "../../../test/runtimes.ts";
import { startTogether } from "../../../test/start-together.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { listPlans } from "../src/session-plans/index.ts";

const program = (name: string): string =>
  fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));

const runtimes = hasRuntimes ? fetchRuntimes() : [];

// The one that runs the tests has passed already.
test.each(runtimes.slice(1))("on $name, a store keeps its contract", async (runtime) => {
  const child = runTypeScript(program("whole-contract"), runtime.flags, {}, runtime);
  expect(await endOf(child)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d\d passed\n$/),
    stderr: "",
  });
});

test.runIf(hasRuntimes)(
  "processes on all runtimes register their sessions in one bucket, and none is lost or mixed",
  async () => {
    const dir = temporaryFolder();
    const names = runtimes.map((_, index) => `p${index}`);
    const children = runtimes.map((runtime, index) => {
      const args = [dir, `p${index}`, "50", "exclusive"];
      return runTypeScript(program("register"), args, {}, runtime);
    });
    const endings = Promise.all(children.map(endOf));
    await startTogether(children);
    for (const { code, stderr } of await endings) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    }
    const found = (await listPlans(dir)).map(({ sessionID, plan }) => `${sessionID} ${plan}`);
    const expected = names.flatMap((name) =>
      Array.from({ length: 50 }, (_, time) => {
        return `ses_66d${name}${String(time).padStart(4, "0")} ${name}-${time}`;
      }),
    );
    expect(found.toSorted()).toEqual(expected.toSorted());
  },
);
