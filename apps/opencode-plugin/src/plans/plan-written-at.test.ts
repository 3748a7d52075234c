import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { planWrittenAt } from "./plan-written-at.ts";

function project(): string {
  const dir = temporaryFolder();
  for (const folder of ["project/.ai/deeper", "project/other", "elsewhere/.ai"]) {
    mkdirSync(join(dir, folder), { recursive: true });
  }
  for (const file of [
    "project/.ai/plan-demo.md",
    "project/.ai/deeper/plan-deep.md",
    "project/.ai/notes.md",
    "project/other/plan-other.md",
    "elsewhere/.ai/plan-foreign.md",
  ]) {
    writeFileSync(join(dir, file), "# Text\n");
  }
  symlinkSync("project", join(dir, "linked"));
  symlinkSync("../../elsewhere/.ai/plan-foreign.md", join(dir, "project/.ai/plan-escape.md"));
  return dir;
}

test("a plan of the project is known by its absolute, relative and linked path, and with \\", async () => {
  const dir = project();
  for (const path of [
    `${dir}/project/.ai/plan-demo.md`,
    ".ai/plan-demo.md",
    "./other/../.ai/plan-demo.md",
    ".ai\\plan-demo.md",
    `${dir}/linked/.ai/plan-demo.md`,
  ]) {
    expect(await planWrittenAt(path, join(dir, "project"))).toBe("demo");
    expect(await planWrittenAt(path, join(dir, "linked"))).toBe("demo");
  }
});

test("what is not a plan of this project is none", async () => {
  const dir = project();
  for (const path of [
    ".ai/notes.md",
    ".ai/plan-gone.md",
    ".ai/deeper/plan-deep.md",
    "other/plan-other.md",
    ".ai/plan-escape.md",
    `${dir}/elsewhere/.ai/plan-foreign.md`,
    "../elsewhere/.ai/plan-foreign.md",
    "",
  ]) {
    expect(await planWrittenAt(path, join(dir, "project"))).toBeUndefined();
  }
});
