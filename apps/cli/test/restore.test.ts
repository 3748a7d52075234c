import { expect, test } from "vitest";

import { envelope } from "./assert-failure.ts";
import { checkout } from "./checkout.ts";
import { leasesIn } from "./lease-checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";

/** Phases are granted, closed and cleared, each. */
async function checkoutWithCleared(...phases: readonly string[]): Promise<string> {
  const dir = checkout();
  for (const phase of phases) {
    await cabinet(dir, ["lease", "run", phase, "--", "true"]);
    await cabinet(dir, ["lease", "clear", phase]);
  }
  expect(leasesIn(dir)).toEqual([]);
  return dir;
}

test("what was cleared is listed, and comes back", async () => {
  const dir = checkout();
  await cabinet(dir, ["lease", "run", "3", "--", "true"]);
  await cabinet(dir, ["lease", "grant", "3"]);
  const cleared = await cabinet(dir, ["registry-clear", "3", "--force"]);
  expect(cleared).toEqual({
    code: 0,
    stdout: "Cleared 2 leases of phase 3.\n",
    stderr: "`cabinet restore lease:3` brings back what was cleared.\n",
  });
  expect((await cabinet(dir, ["registry-list"])).stdout).toBe("No leases found.\n");

  const row = { what: "lease:3", cleared_at: expect.any(String), leases: 2 };
  const listed = await cabinet(dir, ["restore", "--json"]);
  expect(envelope(listed.stdout)).toMatchObject({ data: { restorable: [row] } });
  expect((await cabinet(dir, ["restore"])).stdout).toMatch(
    /^WHAT +CLEARED +HOLDS\nlease:3 +\S+Z +2 leases\n$/,
  );
  const restored = await cabinet(dir, ["restore", "lease:03", "--json"]);
  expect(envelope(restored.stdout)).toMatchObject({ data: { restored: row } });
  expect(leasesIn(dir)).toMatchObject([{ epoch: 1 }, { epoch: 2, lease_state: "open" }]);

  const again = await cabinet(dir, ["registry", "clear", "3", "--force", "--json"]);
  expect(envelope(again.stdout)).toMatchObject({ data: { lease: { epoch: 2 }, cleared: 2 } });
  expect((await cabinet(dir, ["restore", "lease:3"])).stdout).toBe("Restored lease:3: 2 leases.\n");
});

test.each([
  ["4", "lease:4"],
  ["4", "lease:04"],
  ["4", "4"],
  ["4", "04"],
  ["04", "lease:4"],
  ["04", "4"],
  ["x y", "x y"],
  ["lease:4", "lease:4"],
  ["lease:4", "lease:lease:4"],
])("what was cleared of phase %j is found as %j", async (phase, what) => {
  const dir = await checkoutWithCleared(phase);
  const { code, stdout } = await cabinet(dir, ["restore", what, "--json"]);
  expect(code).toBe(0);
  expect(envelope(stdout)).toMatchObject({ data: { restored: { what: `lease:${phase}` } } });
  expect(leasesIn(dir)).toMatchObject([{ phase_id: phase }]);
});

test("a word that may be the name of two is that of the phase behind `lease:`", async () => {
  const dir = await checkoutWithCleared("4", "lease:4");
  expect((await cabinet(dir, ["restore", "lease:4"])).stdout).toBe("Restored lease:4: 1 lease.\n");
  expect(leasesIn(dir)).toMatchObject([{ phase_id: "4" }]);
  await cabinet(dir, ["restore", "lease:4"]);
  expect(leasesIn(dir)).toMatchObject([{ phase_id: "4" }, { phase_id: "lease:4" }]);
});

test("a phase of which nothing was cleared is not found by its number", async () => {
  const dir = await checkoutWithCleared("4");
  expect(await cabinet(dir, ["restore", "5"])).toMatchObject({ code: 1 });
});
