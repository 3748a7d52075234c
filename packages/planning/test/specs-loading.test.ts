import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { projectWith } from "./support/spec-project.ts";

test.each([
  ["name: auth", false],
  ['name: "auth"', true],
])("the YAML library is not loaded with the package, but for %j: %s", async (line, isNeeded) => {
  const root = projectWith({ "auth.md": `---\n${line}\n---\n` });
  const program = fileURLToPath(new URL("programs/specs-loaded.ts", import.meta.url));
  const { stdout } = await endOf(runTypeScript(program, [join(root, "auth.md")]));
  expect(JSON.parse(stdout)).toEqual({ isThereAtOnce: false, isThereAfterwards: isNeeded });
});
