import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { getPlanningDir } from "./planning-paths.ts";

test("a spec's folder is that of the checkout, also from a subfolder, and is not created", () => {
  const top = temporaryFolder();
  mkdirSync(join(top, ".planning"));
  mkdirSync(join(top, "src"));
  const dir = join(top, ".planning/auth-fix");
  expect([getPlanningDir("auth-fix", top), getPlanningDir("auth-fix", join(top, "src"))]).toEqual([
    dir,
    dir,
  ]);
});

test("an unsafe name never becomes a path", () => {
  expect(() => getPlanningDir("../../evil", temporaryFolder())).toThrow(/path separator/);
});
