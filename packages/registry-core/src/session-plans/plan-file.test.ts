import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { assertPlanName, listPlanFiles, planFileExists, planNameOf } from "./plan-file.ts";

test("a plan is a file plan-<name>.md", () => {
  expect(planNameOf("plan-auth fix.md")).toBe("auth fix");
  for (const other of [
    "plan-.md",
    "plan.md",
    "notes.md",
    "plan-a.txt",
    "plan- a.md",
    "Plan-a.md",
  ]) {
    expect(planNameOf(other)).toBeUndefined();
  }
});

test("plans on disk are listed by name; notes, folders and links that leave .ai are not", async () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, ".ai/plan-folder.md"), { recursive: true });
  for (const file of [".ai/plan-b.md", ".ai/plan-a.md", ".ai/notes.md", "outside.md"]) {
    writeFileSync(join(dir, file), "# text\n");
  }
  symlinkSync("plan-a.md", join(dir, ".ai/plan-inside.md"));
  symlinkSync("../outside.md", join(dir, ".ai/plan-outside.md"));
  symlinkSync("gone.md", join(dir, ".ai/plan-dangling.md"));
  // What such a link leads to was not written to be read as a plan.
  writeFileSync(join(dir, ".ai/.env"), "SECRET=1\n");
  symlinkSync(".env", join(dir, ".ai/plan-secret.md"));
  expect(await listPlanFiles(dir)).toEqual(["a", "b", "inside"]);
  expect(planFileExists(dir, "../../outside")).toBe(false);
  expect(await listPlanFiles(join(dir, "missing"))).toEqual([]);
});

test.each(["", " a", "a ", "../a", "a/b", "a\\b", "a\nb", "x".repeat(248)])(
  "%j is refused as the name of a plan",
  (name) => {
    expect(() => assertPlanName(name)).toThrow(
      expect.objectContaining({ code: "REGISTRY_NAME_UNSAFE", value: expect.any(String) }),
    );
  },
);

test("what is no text is no name, said in words", () => {
  // @ts-expect-error: an agent's tool call may hold anything
  expect(() => assertPlanName(3)).toThrow(
    new TypeError("the name of a plan is a text, and none was given"),
  );
});
