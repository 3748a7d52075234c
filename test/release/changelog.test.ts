import { createRequire } from "node:module";

import { expect, test } from "vitest";

import type * as Changelog from "../../.changeset/changelog.cjs";

const require = createRequire(import.meta.url);
const changelog = require("../../.changeset/changelog.cjs") as typeof Changelog;

const fix = { id: "fix", summary: "A lock is\ngiven back.\n\n- Details.\n" };
const other = { id: "other", summary: "Something else." };
const released = {
  name: "@x/atomic-fs",
  oldVersion: "0.1.0",
  newVersion: "0.1.1",
  changesets: ["fix"],
};

test("a changeset is told whole, as one entry of a list", async () => {
  expect(await changelog.getReleaseLine(fix)).toBe("- A lock is\n  given back.\n\n  - Details.");
});

test("who is released because of others is told with which, and what has changed there", async () => {
  const second = { ...released, name: "@x/tracker", changesets: [] };
  expect(await changelog.getDependencyReleaseLine([fix], [released, second])).toBe(
    "- Released with `@x/atomic-fs` 0.1.1, `@x/tracker` 0.1.1:\n  - A lock is given back.",
  );
  expect(await changelog.getDependencyReleaseLine([], [second])).toBe(
    "- Released with `@x/tracker` 0.1.1.",
  );
});

test("what others say when they are released for the first time is not told again", async () => {
  const first = { ...released, name: "@x/planning", oldVersion: "0.0.0", changesets: ["other"] };
  expect(await changelog.getDependencyReleaseLine([other], [first])).toBe("");
  const line = await changelog.getDependencyReleaseLine([fix, other], [released, first]);
  expect(line).toBe("- Released with `@x/atomic-fs` 0.1.1:\n  - A lock is given back.");
});
