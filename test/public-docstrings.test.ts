import { expect, test } from "vitest";

import { packageFolders } from "../scripts/workspace.mjs";
import { publicEntries, publicNames } from "./public-names.ts";

const entries = packageFolders().flatMap((folder) => publicEntries(folder));

test("there are entries of every library, and of the plugin", () => {
  const names = new Set(entries.map(({ specifier }) => specifier.split("/")[1]));
  const libraries = ["atomic-fs", "lmdb-store", "planning", "registry-core", "tracker"];
  expect(names).toEqual(new Set([...libraries, "opencode-plugin"]));
});

test.each(entries)("every name that $specifier gives says what its caller gets", ({ file }) => {
  const silent = publicNames(file)
    .filter(({ docstring }) => !docstring)
    .map((one) => `${one.file}: ${one.name}`);
  expect(silent).toEqual([]);
});

// What a field holds, its name and type can say; what a call promises, they cannot.
test.each(entries)(
  "every method of the classes and interfaces of $specifier says what its caller gets",
  ({ file }) => {
    const silent = publicNames(file).flatMap((one) =>
      one.methods
        .filter(({ docstring }) => !docstring)
        .map(({ name }) => `${one.file}: ${one.name}.${name}`),
    );
    expect(silent).toEqual([]);
  },
);
