import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { packageFolders, root } from "../scripts/workspace.mjs";
import { readmeExamples } from "./readme-examples.ts";
import { endOf, runTypeScript } from "./run-typescript.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Every TypeScript example of the packages' READMEs, as a file inside its package. */
const examples = packageFolders().flatMap((folder) =>
  readmeExamples(folder).map((example, index) => ({
    ...example,
    file: join(root, folder, `.readme-${index + 1}.ts`),
  })),
);
const project = join(root, ".readme-tsconfig.json");

beforeAll(() => {
  for (const { file, code } of examples) writeFileSync(file, code);
  const files = examples.map(({ file }) => file);
  writeFileSync(project, JSON.stringify({ extends: "./tsconfig.json", include: [], files }));
});

afterAll(() => {
  for (const { file } of examples) rmSync(file, { force: true });
  rmSync(project, { force: true });
});

test("there are examples, one in each package that is imported", () => {
  expect(examples.map(({ title }) => title.split("/")[1])).toEqual(
    expect.arrayContaining(["atomic-fs", "registry-core", "lmdb-store", "planning", "tracker"]),
  );
});

test("the examples compile", () => {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "--project", project], {
    encoding: "utf8",
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});

test.each(examples)("$title runs", async ({ file, prints }) => {
  const run = await endOf(runTypeScript(file, [], { cwd: temporaryFolder() }));
  expect(run).toMatchObject({ code: 0, stderr: "" });
  // Where the example says what it prints, it prints that.
  const lines = run.stdout.split("\n").filter((line) => prints.includes(line));
  expect(lines).toEqual(prints);
});
