import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { projectWith } from "./support/spec-project.ts";

test("the YAML library is loaded by the first who reads YAML, not with the package", async () => {
  const root = projectWith({ "auth.md": "---\nname: auth\n---\n" });
  const program = fileURLToPath(new URL("programs/specs-loaded.ts", import.meta.url));
  const { stdout } = await endOf(runTypeScript(program, [join(root, "auth.md")]));
  expect(JSON.parse(stdout)).toEqual({ isThereAtOnce: false, isThereAfterwards: true });
});
