import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { isLink } from "../is-link.ts";
import { findLinkOut } from "./find-link-out.ts";

/** A folder with a folder in it. */
function folder(): string {
  const path = join(temporaryFolder(), "shop");
  mkdirSync(join(path, "inside"), { recursive: true });
  return path;
}

test("what lies in the folder, or is going to, is no way out; nor is a link within it", () => {
  const top = folder();
  symlinkSync("inside", join(top, "link"));
  for (const name of ["inside", "inside/new/file", "link/new", ""]) {
    expect(findLinkOut(top, join(top, name))).toBeUndefined();
  }
  expect(findLinkOut(join(top, "gone"), join(top, "gone/file"))).toBeUndefined();
});

test("a link out is told, in the place of what is meant and on the way to what is not there yet", () => {
  const [top, elsewhere] = [folder(), folder()];
  symlinkSync(elsewhere, join(top, "link"));
  const link = { path: join(top, "link"), reason: `it is a link that leads out of ${top}` };
  expect(findLinkOut(top, join(top, "link"))).toEqual(link);
  expect(findLinkOut(top, join(top, "link/new/file"))).toEqual(link);
  expect(findLinkOut(top, join(top, "link/inside"))).toMatchObject({ reason: link.reason });
  expect(findLinkOut(top, join(top, "link/inside"), [elsewhere])).toBeUndefined();
  expect(isLink(join(top, "link"))).toBe(true);
});

test("a link to nothing is told: through it, something would be created", () => {
  const top = folder();
  const reason = "it is a link that leads to nothing";
  symlinkSync("../gone", join(top, "link"));
  expect(findLinkOut(top, join(top, "link/file"))).toEqual({ path: join(top, "link"), reason });
  expect(findLinkOut(join(top, "link"), join(top, "link/file"))).toEqual({
    path: join(top, "link"),
    reason,
  });
});
