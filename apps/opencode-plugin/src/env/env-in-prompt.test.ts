import { expect, test } from "vitest";

import { referencesIn } from "./env-in-prompt.ts";

// Each of them as the client itself has done it (1.18.33).
test.each([
  ["@.env", ".env"],
  ["look at @sub/.env and go on", "sub/.env"],
  ["@./.env.local", "./.env.local"],
  ["(see @.env, please)", ".env"],
  ["see @.env.", ".env"],
  ["-@.env", ".env"],
  ["é@.env", ".env"],
  ["@.env\u00a0x", ".env"],
  ["@~/a/.env", "~/a/.env"],
  ["@/a/.env", "/a/.env"],
  ["@../.env", "../.env"],
])("%j refers to %j", (prompt, path) => expect([...referencesIn(prompt)]).toEqual([path]));

test.each(["see .env", "me@.env", "_@.env", "`@.env`", "@ .env", "@", "@,.env"])(
  "%j refers to no file",
  (prompt) => expect([...referencesIn(prompt)]).toEqual([]),
);

test("a path ends before two dots", () => {
  expect([...referencesIn("@a/../.env")]).toEqual(["a/"]);
});

test("each is told once, in its order, a bounded number of them", () => {
  expect([...referencesIn("@b @a @b\n@c")]).toEqual(["b", "a", "c"]);
  const many = Array.from({ length: 100_000 }, (_, place) => `@a${place}`).join(" ");
  expect(referencesIn(many).size).toBe(1_000);
  expect(referencesIn("@".repeat(10_000_000)).size).toBe(1);
});
