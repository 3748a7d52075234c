import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { assertFailure, envelope, type Failure } from "./assert-failure.ts";
import { checkout } from "./checkout.ts";
import { idleProcess } from "./killable-processes.ts";
import { leasesIn, REGISTRY, writeLeases } from "./lease-checkout.ts";
import { cabinet } from "./run-cabinet-here.ts";

const granted_at = "2026-03-01T10:00:00.000Z";

/** The lease of phase 3, open unless said otherwise, of an agent without a process. */
const lease = (fields: object = {}) => ({
  phase_id: "3",
  worktree_path: "",
  agent_id: "claude-1",
  branch_name: "",
  lease_state: "open",
  granted_at,
  closed_at: null,
  crashed_at: null,
  crash_reason: null,
  write_set: [],
  provenance_hash: null,
  epoch: 4,
  ...fields,
});

const registry = (...leases: object[]) => ({ schema_version: 1, leases, epochs: { 3: 4 } });
const open = registry(lease());
const closed = registry(lease({ lease_state: "closed", closed_at: "2026-03-01T11:00:00.000Z" }));
const unheld = "no process holds it, so nobody can know whether it is still used";
const granted = `it was granted to "claude-1" at ${granted_at}`;

const failures: readonly (Failure & { readonly registry?: unknown })[] = [
  {
    title: "a phase without a lease",
    args: ["registry-show", "99"],
    registry: open,
    code: "LEASE_NOT_FOUND",
    sentence: () => "There is no lease for phase 99.",
  },
  {
    title: "a phase without a lease, where there is no registry",
    args: ["lease", "close", "99"],
    code: "LEASE_NOT_FOUND",
    sentence: () => "There is no lease for phase 99.",
  },
  {
    title: "a phase whose lease is open",
    args: ["lease", "grant", "03"],
    registry: open,
    code: "LEASE_HELD",
    sentence: () => `Phase 03 already has an open lease: ${unheld}; ${granted}.`,
  },
  {
    title: "a lease that is not over",
    args: ["lease", "reclaim", "3"],
    registry: open,
    code: "LEASE_HELD",
    sentence: () => `Phase 3 has an open lease that cannot be reclaimed: ${unheld}; ${granted}.`,
  },
  {
    title: "an open lease that is to be cleared",
    args: ["registry-clear", "3"],
    registry: open,
    code: "LEASE_OPEN",
    sentence: () =>
      `Phase 3 has an open lease, which is cleared by force only: ${unheld}; ${granted}.`,
  },
  {
    title: "a lease that was closed",
    args: ["registry", "crash", "3", "--reason", "late"],
    registry: closed,
    code: "LEASE_NOT_OPEN",
    sentence: () =>
      "The lease of phase 3 is not open any more: it was closed at 2026-03-01T11:00:00.000Z.",
  },
  {
    title: "another epoch",
    args: ["lease", "heartbeat", "3", "--epoch", "3"],
    registry: open,
    code: "LEASE_FENCED",
    sentence: () => "Phase 3 is at epoch 4 by now, not at 3.",
  },
  {
    title: "an epoch that was not given yet",
    args: ["lease", "close", "3", "--epoch", "99"],
    registry: open,
    code: "LEASE_FENCED",
    sentence: () => "Phase 3 is at epoch 4, and has had no epoch 99 yet.",
  },
  {
    title: "an epoch, where the lease has none",
    args: ["lease", "close", "3", "--epoch", "1"],
    registry: registry(lease({ epoch: undefined })),
    code: "LEASE_FENCED",
    sentence: () => "Phase 3 has a lease without an epoch, of an older tool.",
  },
  {
    title: "an id that no phase has",
    args: ["lease", "grant", "a\u0007"],
    code: "LEASE_INVALID",
    sentence: () =>
      String.raw`Phase "a\u0007" cannot be the id of a phase: it holds a control character.`,
  },
  {
    title: "a time that is too long",
    args: ["lease", "grant", "3", "--ttl", "999d"],
    code: "LEASE_INVALID",
    sentence: () => "Phase 3 cannot be held for that long: from 1 ms to 366 days.",
  },
  {
    title: "a process that is not there",
    args: ["lease", "grant", "3", "--holder-pid", "2147483646"],
    code: "CABINET_PROCESS_NOT_FOUND",
    sentence: () => "There is no process 2147483646.",
  },
  {
    title: "nothing to bring back",
    args: ["restore", "lease:3"],
    registry: open,
    code: "CABINET_NOTHING_TO_RESTORE",
    sentence: () => 'There is nothing called "lease:3" to bring back.',
  },
  {
    title: "a registry of a newer version",
    args: ["registry-list"],
    registry: { schema_version: 2, leases: {} },
    code: "REGISTRY_NEWER",
    sentence: (dir) =>
      `The registry ${dir}/${REGISTRY} is of a newer Cabinet: its schema_version is 2, and this version of Cabinet knows 1. It was left as it is.`,
  },
];

test.each(failures)(
  "$title: one sentence, its exit code, one JSON value, and nothing on disk is lost",
  async (failure) => {
    const dir = checkout();
    if (failure.registry !== undefined) writeLeases(dir, failure.registry);
    await assertFailure(dir, failure, cabinet);
  },
);

test("a registry that cannot be read is no empty one", async () => {
  const dir = checkout();
  mkdirSync(join(dir, REGISTRY), { recursive: true });
  const { code, stderr } = await cabinet(dir, ["registry-list"]);
  expect(code).toBe(1);
  expect(stderr).toContain(`error: The registry ${dir}/${REGISTRY} cannot be read`);
});

test("a damaged registry is set aside when it is listed, with a warning in both places", async () => {
  const dir = checkout();
  writeLeases(dir, "\0\0\0");
  const { code, stdout, stderr } = await cabinet(dir, ["registry-list", "--json"]);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^warning: .*it is not valid JSON; it was set aside as .*\.broken-\d+\n$/);
  expect(envelope(stdout)).toMatchObject({
    data: { leases: [] },
    warnings: [{ code: "REGISTRY_QUARANTINED" }],
  });
});

test.each([
  ["registry-crash", ["--reason", "gave up"]],
  ["registry crash", ["--reason", "gave up"]],
  ["lease crash", ["--reason", "gave up", "--epoch", "4"]],
])("%s notes the reason", async (words, args) => {
  const dir = checkout();
  writeLeases(dir, open);
  const { stdout } = await cabinet(dir, [...words.split(" "), "3", ...args]);
  expect(stdout).toBe("Marked phase 3 (epoch 4) as crashed.\n");
  expect(leasesIn(dir)).toMatchObject([{ lease_state: "crashed", crash_reason: "gave up" }]);
});

test("a holder that is gone is seen at once; then, and only then, its lease can be reclaimed", async () => {
  const dir = checkout();
  const holder = await idleProcess();
  const pid = String(holder.pid);
  await cabinet(dir, ["lease", "grant", "3", "--holder-pid", pid]);
  const alive = await cabinet(dir, ["lease", "list"]);
  expect(alive.stdout).toContain(`alive (${pid})`);
  expect(alive.stderr).toBe("");
  expect(await cabinet(dir, ["lease", "reclaim", "3"])).toMatchObject({ code: 1 });

  await holder.kill();
  const dead = await cabinet(dir, ["lease", "list"]);
  expect(dead.stdout).toContain(`dead (${pid})`);
  expect(dead.stderr).toContain("`cabinet lease reclaim 3`");
  const refused = await cabinet(dir, ["lease", "grant", "3"]);
  expect(refused.stderr).toContain("`cabinet lease reclaim 3`");
  const reclaimed = await cabinet(dir, ["lease", "reclaim", "3", "--reason", "power cut"]);
  expect(reclaimed.stdout).toBe("Reclaimed phase 3 (epoch 1): it is marked as crashed.\n");
  expect(leasesIn(dir)[0]?.crash_reason).toMatch(/^reclaimed: .*gone \(power cut\)$/);
  const next = await cabinet(dir, ["lease", "grant", "3"]);
  expect(next.stdout).toBe("Granted phase 3 (epoch 2).\n");
});

test("a lease that a command granted for nobody's process is never shown dead", async () => {
  const dir = checkout();
  await cabinet(dir, ["lease", "grant", "3"]);
  const { stdout } = await cabinet(dir, ["lease", "list", "--json"]);
  expect(envelope(stdout)).toMatchObject({ data: { leases: [{ holder_state: "unknown" }] } });
});

test.each([
  ["close", []],
  ["heartbeat", []],
  ["crash", ["--reason", "x"]],
  ["clear", ["--force"]],
])(
  "lease %s of an agent whose lease was reclaimed does nothing to its successor's",
  async (word, args) => {
    const dir = checkout();
    writeLeases(dir, open);
    const env = { CABINET_LEASE_PHASE: "03", CABINET_LEASE_EPOCH: "3", CABINET_LEASE_ROOT: dir };
    const fenced = await cabinet(dir, ["lease", word, "3", ...args, "--json"], env);
    expect(envelope(fenced.stdout)).toMatchObject({ error: { code: "LEASE_FENCED" } });
    expect(leasesIn(dir)).toEqual(open.leases);

    const broken = { ...env, CABINET_LEASE_EPOCH: "" };
    expect(await cabinet(dir, ["lease", word, "3", ...args], broken)).toMatchObject({ code: 2 });
    expect(leasesIn(dir)).toEqual(open.leases);

    const elsewhere = { ...env, CABINET_LEASE_ROOT: checkout() };
    expect(await cabinet(dir, ["lease", word, "3", ...args], elsewhere)).toMatchObject({ code: 0 });
  },
);

test("an agent may name another lease than its own, and other phases are not fenced", async () => {
  const dir = checkout();
  writeLeases(dir, registry(lease(), lease({ phase_id: "4", epoch: 1 })));
  const env = { CABINET_LEASE_PHASE: "3", CABINET_LEASE_EPOCH: "3", CABINET_LEASE_ROOT: dir };
  expect(await cabinet(dir, ["lease", "close", "3", "--epoch", "4"], env)).toMatchObject({
    code: 0,
  });
  expect(await cabinet(dir, ["lease", "close", "4"], env)).toMatchObject({ code: 0 });
});
