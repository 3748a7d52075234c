import { expect, test } from "vitest";

import { packageFolders } from "../scripts/workspace.mjs";
import { publicEntries } from "./public-names.ts";
import { hiddenTypes, strictOptions } from "./public-types.ts";

const folders = packageFolders().filter((folder) => publicEntries(folder).length > 0);

// With `exactOptionalPropertyTypes`, which `tsc --init` turns on, only what says so takes it.
test.each(folders)("every option of %s takes undefined, which is the same as none", (folder) => {
  expect(strictOptions(folder)).toEqual([]);
});

// What has no name cannot be declared by who exports something of that type.
test.each(folders)("every type in a signature of %s has a name for its users", (folder) => {
  expect(hiddenTypes(folder)).toEqual([]);
});
