import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { fetchRuntimes, hasRuntimes } from "../../../test/runtimes.ts";

const program = fileURLToPath(new URL("programs/whole-contract.ts", import.meta.url));

// The one that runs the tests has passed already.
test.each(hasRuntimes ? fetchRuntimes().slice(1) : [])(
  "on $name, a store keeps its contract",
  async (runtime) => {
    const child = runTypeScript(program, runtime.flags, {}, runtime);
    expect(await endOf(child)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d\d passed\n$/),
      stderr: "",
    });
  },
);
