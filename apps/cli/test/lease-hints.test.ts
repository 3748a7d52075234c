import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { envelope } from "./assert-failure.ts";
import { checkout } from "./checkout.ts";
import { REGISTRY, writeLeases } from "./lease-checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";

const BY_HAND =
  "When its work is over: `cabinet lease close 1 --epoch 1`, or `cabinet lease crash 1 --reason <text>`.";

test("an open lease that no process holds is ended by hand: whoever meets it is told how", async () => {
  const dir = checkout();
  await cabinet(dir, ["lease", "grant", "1"]);
  for (const args of [
    ["grant", "01"],
    ["reclaim", "1"],
    ["run", "1", "--", "true"],
  ]) {
    const { code, stderr } = await cabinet(dir, ["lease", ...args]);
    expect(code).toBe(1);
    expect(stderr.split("\n").slice(1)).toEqual([BY_HAND, ""]);
  }
  expect((await cabinet(dir, ["lease", "show", "1"])).stderr).toBe(`${BY_HAND}\n`);
  await cabinet(dir, ["lease", "close", "1", "--epoch", "1"]);
  expect((await cabinet(dir, ["lease", "show", "1"])).stderr).toBe("");
});

test("one of an older tool has no epoch to be named, and an odd phase is not to be copied", async () => {
  const dir = checkout();
  const open = { lease_state: "open", write_set: [] };
  writeLeases(dir, {
    leases: [
      { ...open, phase_id: "1" },
      { ...open, phase_id: "$(x)" },
    ],
  });
  expect((await cabinet(dir, ["lease", "grant", "1"])).stderr).toContain(
    "`cabinet lease close 1`, or `cabinet lease crash 1 --reason <text>`",
  );
  expect((await cabinet(dir, ["lease", "show", "$(x)"])).stderr).toContain(
    "`cabinet lease close <phase>`, or `cabinet lease crash <phase> --reason <text>`",
  );
});

test("a lease that a process holds, which lives, is not to be ended by others", async () => {
  const dir = checkout();
  await cabinet(dir, ["lease", "grant", "1", "--holder-pid", String(process.pid)]);
  expect((await cabinet(dir, ["lease", "show", "1"])).stderr).toBe("");
  expect((await cabinet(dir, ["lease", "grant", "1"])).stderr).toContain(
    "Look at it with `cabinet lease show 1`.",
  );
});

const ASIDE = (folder: string): string =>
  `2 damaged registries were set aside in ${folder} (registry.json.broken-…): leases that they held are not listed.`;

test("a list says of damaged registries that were set aside, also when it is empty", async () => {
  const dir = checkout();
  const folder = dirname(join(dir, REGISTRY));
  const none = await cabinet(dir, ["lease", "list", "--json"]);
  expect(envelope(none.stdout)).toMatchObject({ data: { leases: [], set_aside: [] } });
  writeLeases(dir, "\0");
  await cabinet(dir, ["lease", "list", "-q"]);
  const one = await cabinet(dir, ["lease", "list"]);
  expect(one).toMatchObject({ code: 0, stdout: "No leases found.\n" });
  expect(one.stderr).toBe(
    `1 damaged registry was set aside in ${folder} (registry.json.broken-…): leases that it held are not listed.\n`,
  );
  for (const name of ["broken-9", "broken-", "broken-9x", "broken"]) {
    writeFileSync(join(folder, `registry.json.${name}`), "");
  }
  expect((await cabinet(dir, ["registry-list"])).stderr).toBe(`${ASIDE(folder)}\n`);
  expect((await cabinet(dir, ["lease", "list", "-q"])).stderr).toBe("");
  const json = await cabinet(dir, ["lease", "list", "--open", "--json"]);
  expect(json.stderr).toBe("");
  expect(envelope(json.stdout)).toMatchObject({
    data: {
      set_aside: [
        join(folder, "registry.json.broken-9"),
        expect.stringMatching(/registry\.json\.broken-\d{13}$/),
      ],
    },
  });
});

test("what is set aside is said beside what is to be reclaimed", async () => {
  const dir = checkout();
  const folder = dirname(join(dir, REGISTRY));
  const expired = { phase_id: "4", lease_state: "open", expires_at: "2026-03-01T10:00:00.000Z" };
  writeLeases(dir, { leases: [expired] });
  for (const digits of [1, 2]) writeFileSync(join(folder, `registry.json.broken-${digits}`), "");
  const { stderr } = await cabinet(dir, ["lease", "list"]);
  expect(stderr.split("\n")).toEqual([
    "The holder of phase 4 is gone or late: `cabinet lease reclaim 4` ends its lease.",
    ASIDE(folder),
    "",
  ]);
});

test("a registry behind a link is set aside there, and found there", async () => {
  const dir = checkout();
  const other = temporaryFolder();
  writeLeases(other, { leases: [] });
  writeLeases(dir, "");
  rmSync(join(dir, REGISTRY));
  symlinkSync(join(other, REGISTRY), join(dir, REGISTRY));
  writeFileSync(join(other, `${REGISTRY}.broken-1`), "");
  const { stdout } = await cabinet(dir, ["lease", "list", "--json"]);
  expect(envelope(stdout)).toMatchObject({
    data: { set_aside: [join(other, `${REGISTRY}.broken-1`)] },
  });
});
