import { expect, test } from "vitest";

import { createShellHooks } from "./shell-hooks.ts";

const { shellEnv } = createShellHooks();

test("a command of a session is told which one it is", async () => {
  const env = { PATH: "/bin" };
  await shellEnv?.({ sessionID: "ses_1" }, { env });
  expect(env).toEqual({ PATH: "/bin", CABINET_SESSION: "ses_1" });
});

test("a terminal of the user belongs to no session", async () => {
  const env = {};
  await shellEnv?.({}, { env });
  expect(env).toEqual({});
});

test("a client that has no room for it is left alone", async () => {
  const output = {};
  await shellEnv?.({ sessionID: "ses_1" }, output);
  expect(output).toEqual({});
});
