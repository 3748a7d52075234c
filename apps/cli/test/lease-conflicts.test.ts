import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { assertFailure, envelope } from "./assert-failure.ts";
import { checkout } from "./checkout.ts";
import { leasesIn, writeLeases } from "./lease-checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";
import { cellsOf } from "./table-cells.ts";

/** Phases 3 and 4 are going to write files below src, phase 5 another one; phase 6 is closed. */
async function leasedCheckout(): Promise<string> {
  const dir = checkout();
  await cabinet(dir, ["lease", "grant", "3", "--agent", "a", "--write", "src/**"]);
  await cabinet(join(dir, "src"), ["lease", "grant", "4", "--write", "deep/*.ts"]);
  await cabinet(dir, ["lease", "grant", "5", "--write", "docs"]);
  await cabinet(dir, ["lease", "grant", "6", "--write", "**"]);
  await cabinet(dir, ["lease", "close", "6"]);
  return dir;
}

const three = { phase_id: "3", agent_id: "a", epoch: 1, holder_state: "unknown", write: "src/**" };
const four = { ...three, phase_id: "4", agent_id: null, write: "src/deep/*.ts" };
const five = { ...three, phase_id: "5", agent_id: null, write: "docs" };

test.each([
  [".", [], [{ ...four, other: "src/**", other_phase_id: "3" }]],
  [".", ["--phase", "03"], [{ ...four, other: "src/**", other_phase_id: "3" }]],
  [".", ["--phase", "4"], [{ ...three, other: "src/deep/*.ts", other_phase_id: "4" }]],
  [
    ".",
    ["--phase", "6"],
    [
      { ...three, other: "**", other_phase_id: "6" },
      { ...four, other: "**", other_phase_id: "6" },
      { ...five, other: "**", other_phase_id: "6" },
    ],
  ],
  [".", ["--phase", "5"], []],
  [
    ".",
    ["src/deep/x.ts", "README.md"],
    [
      { ...three, other: "src/deep/x.ts" },
      { ...four, other: "src/deep/x.ts" },
    ],
  ],
  [
    "src/deep",
    ["x.js", "../../docs/*"],
    [
      { ...three, other: "src/deep/x.js" },
      { ...five, other: "docs/*" },
    ],
  ],
  ["src", [".", "--phase", "3"], [{ ...four, other: "src" }]],
  [
    "src",
    ["..", "--phase", "3"],
    [
      { ...four, other: "**" },
      { ...five, other: "**" },
    ],
  ],
])("in %s, %j are the conflicts of these open leases", async (folder, args, conflicts) => {
  const dir = await leasedCheckout();
  const json = await cabinet(join(dir, folder), ["lease", "conflicts", ...args, "--json"]);
  expect(json.code).toBe(0);
  expect(envelope(json.stdout)).toMatchObject({ ok: true, data: { root: { path: dir } } });
  expect(envelope(json.stdout)).toHaveProperty("data.conflicts", conflicts);
  const failing = await cabinet(join(dir, folder), ["lease", "conflicts", ...args, "--exit-code"]);
  expect(failing.code).toBe(conflicts.length > 0 ? 1 : 0);
});

test("people see them as a table", async () => {
  const dir = await leasedCheckout();
  const { stdout } = await cabinet(dir, ["lease", "conflicts"]);
  expect(cellsOf(stdout)).toEqual([
    ["PHASE", "HOLDER", "AGENT", "WRITES", "OTHER", "OTHER PHASE"],
    ["4", "-", "-", "src/deep/*.ts", "src/**", "3"],
  ]);
});

test("what is there under that very name means itself, whatever is in the names of folders", async () => {
  const dir = checkout();
  mkdirSync(join(dir, "app/[id]"), { recursive: true });
  writeFileSync(join(dir, "app/[id]/page.ts"), "");
  await cabinet(join(dir, "app"), ["lease", "grant", "1", "--write", "[id]/page.ts"]);
  await cabinet(join(dir, "app/[id]"), ["lease", "grant", "2", "--write", "*.js"]);
  const globs = leasesIn(dir).map(({ write_set }) => write_set);
  expect(globs).toEqual([[String.raw`app/\[id\]/page.ts`], [String.raw`app/\[id\]/*.js`]]);
  const whole = await cabinet(dir, ["lease", "conflicts", join(dir, "app/[id]/page.ts")]);
  expect(whole.stdout).toMatch(/^1 /m);
  const other = await cabinet(dir, ["lease", "conflicts", "app/i/page.ts"]);
  expect(other.stdout).toBe("No conflicts found.\n");
});

test("what another tool has written and is no glob may be anything", async () => {
  const dir = checkout();
  const lease = { lease_state: "open", write_set: ["/etc"] };
  const plain = { ...lease, phase_id: "2", write_set: ["src"] };
  writeLeases(dir, { leases: [{ ...lease, phase_id: "1" }, plain] });
  const { stdout } = await cabinet(dir, ["lease", "conflicts", "--json"]);
  expect(envelope(stdout)).toMatchObject({
    data: { conflicts: [{ phase_id: "2", write: "src", other: "/etc", other_phase_id: "1" }] },
  });
});

test("a phase without a lease has nothing to compare", async () => {
  const failure = {
    args: ["lease", "conflicts", "--phase", "9"],
    code: "LEASE_NOT_FOUND",
    sentence: () => "There is no lease for phase 9.",
  };
  await assertFailure(checkout(), failure, cabinet);
});

test("a file of the checkout is no folder: globs of other files have nothing in common with it", async () => {
  const dir = checkout();
  writeFileSync(join(dir, "README.md"), "");
  await cabinet(dir, ["lease", "grant", "1", "--write", "**/*.ts"]);
  await cabinet(dir, ["lease", "grant", "2", "--write", "./README.md"]);
  expect(leasesIn(dir).at(-1)).toMatchObject({ write_set: ["README.md"] });
  for (const args of [[], ["README.md", "--phase", "2"]]) {
    const { stdout } = await cabinet(dir, ["lease", "conflicts", ...args, "--json"]);
    expect(envelope(stdout)).toMatchObject({ data: { conflicts: [] } });
  }
});
