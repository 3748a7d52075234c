import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { endOf } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { checkout } from "./checkout.ts";
import { leasesIn } from "./lease-checkout.ts";
import { cabinet, startCabinet } from "./run-cabinet-here.ts";

/** A checkout that links lead into, within and out of: `top` is its real path, `seen` a link to it. */
function linkedCheckout(): { top: string; seen: string; outside: string } {
  const top = checkout();
  const outside = temporaryFolder();
  const seen = join(outside, "[seen]");
  symlinkSync(top, seen);
  symlinkSync("src", join(top, "slink"));
  symlinkSync("src/deep", join(top, "dlink"));
  symlinkSync(outside, join(top, "out"));
  symlinkSync("nowhere", join(top, "dangling"));
  mkdirSync(join(top, "app/[id]"), { recursive: true });
  symlinkSync("../../src", join(top, "app/[id]/slink"));
  writeFileSync(join(top, "src/a.ts"), "");
  return { top, seen, outside };
}

interface Stored {
  readonly data?: { readonly lease: { readonly write_set: readonly string[] } };
  readonly error?: { readonly code: string };
}

/** What is stored for a path or glob that is given in a folder; the code of the error when it is refused. */
async function storedFor(cwd: string, given: string): Promise<string | undefined> {
  const args = ["lease", "grant", given, "--write", given, "--json"];
  const { code, stdout } = await cabinet(cwd, args);
  const { data, error }: Stored = JSON.parse(stdout);
  expect(code).toBe(error === undefined ? 0 : 2);
  return data?.lease.write_set[0] ?? error?.code;
}

test.each([
  ["", "**"],
  ["/", "**"],
  ["/src/a.ts", "src/a.ts"],
  ["/src/new/b.ts", "src/new/b.ts"],
  ["/slink/a.ts", "src/a.ts"],
  ["/src/*.ts", "src/*.ts"],
  ["/*/x", "*/x"],
  ["/out/x", "out/x"],
  ["/app/[id]", String.raw`app/\[id\]`],
  ["/..", "CABINET_USAGE"],
  ["-other/x", "CABINET_USAGE"],
])("%j behind the checkout as the caller sees it is stored as %j", async (path, stored) => {
  const { top, seen } = linkedCheckout();
  for (const start of [top, seen]) {
    expect(await storedFor(top, `${start}${path}`)).toBe(stored);
  }
});

test("the names of the folders above the checkout may be escaped, as in a glob", async () => {
  const { top, outside } = linkedCheckout();
  expect(await storedFor(top, String.raw`${outside}/\[seen\]/src/*.ts`)).toBe("src/*.ts");
  expect(await storedFor(top, `${outside}/*/src/*.ts`)).toBe("CABINET_USAGE");
});

test.each([
  [".", "slink/a.ts", "src/a.ts"],
  [".", "./slink/new.ts", "src/new.ts"],
  [".", "slink", "src"],
  [".", "slink/", "src"],
  [".", "slink/*.ts", "src/*.ts"],
  [".", "{slink,x}/*.ts", "{slink,x}/*.ts"],
  [".", "dlink/..", "src"],
  [".", "dlink/../a.ts", "src/a.ts"],
  [".", "new/../slink/a.ts", "src/a.ts"],
  [".", "new//x/./../../slink/*.ts", "src/*.ts"],
  [".", "*/../slink/a.ts", "slink/a.ts"],
  [".", "dangling/x", "dangling/x"],
  [".", "out", "out"],
  [".", "out/x/*.ts", "out/x/*.ts"],
  [".", "out/[seen]/src/a.ts", "src/a.ts"],
  [".", "out/[seen]/src/*.ts", "out/[seen]/src/*.ts"],
  [".", "../x", "CABINET_USAGE"],
  [".", "new/../../x", "CABINET_USAGE"],
  ["src", "../slink/a.ts", "src/a.ts"],
  ["src", "new/../../app", "app"],
  ["slink", "deep/x", "src/deep/x"],
  ["app/[id]", "slink/a.ts", "src/a.ts"],
])("in %s, %j is stored as %j", async (folder, given, stored) => {
  const { top } = linkedCheckout();
  expect(await storedFor(join(top, folder), given)).toBe(stored);
});

test("a path through a link has its conflicts", async () => {
  const { top } = linkedCheckout();
  await cabinet(top, ["lease", "grant", "1", "--write", "src/**"]);
  for (const path of ["slink/a.ts", "slink/*.ts", "dlink", "out/[seen]/src/a.ts"]) {
    const { code } = await cabinet(top, ["lease", "conflicts", path, "--exit-code"]);
    expect([path, code]).toEqual([path, 1]);
  }
});

test("$PWD is the checkout, also where the shell has come there through a link", async () => {
  const { top, seen } = linkedCheckout();
  const env = { PWD: seen };
  const granted = startCabinet(seen, ["lease", "grant", "1", "--write", seen], { env });
  expect(await endOf(granted)).toMatchObject({ code: 0 });
  expect(leasesIn(top)).toMatchObject([{ write_set: ["**"], worktree_path: top }]);
});
