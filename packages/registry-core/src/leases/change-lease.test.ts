import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { openLease } from "../../test/support/open-lease.ts";
import type { Warning } from "../errors.ts";
import { clearLease, closeLease, crashLease, grantLease, restoreLeases } from "./change-lease.ts";
import { holderOf } from "./holder.ts";
import { registryPath } from "./lease-registry.ts";
import {
  getLease,
  listCleared,
  listLeases,
  openRegistry,
  registryExists,
  registryTmpPath,
} from "./read-leases.ts";

function writeRegistry(root: string, content: unknown): string {
  const path = registryPath(root);
  mkdirSync(dirname(path), { recursive: true });
  const text = typeof content === "string" ? content : JSON.stringify(content);
  writeFileSync(path, text);
  return text;
}

function readRegistry(root: string): Record<string, unknown> {
  return JSON.parse(readFileSync(registryPath(root), "utf8"));
}

function filesBeside(root: string): string[] {
  return readdirSync(dirname(registryPath(root))).toSorted();
}

test("to look at leases creates nothing", () => {
  const root = temporaryFolder();
  expect(listLeases(root)).toEqual([]);
  expect(getLease(root, 1)).toBeNull();
  expect(listCleared(root)).toEqual([]);
  expect(registryExists(root)).toBe(false);
  expect(() => closeLease(root, 1)).toThrow(expect.objectContaining({ code: "LEASE_NOT_FOUND" }));
  expect(readdirSync(root)).toEqual([]);
});

test("the registry is created where it is asked for, and git does not see it", () => {
  const root = temporaryFolder();
  expect(openRegistry(root)).toEqual({ path: join(root, ".planning/.local/registry.json") });
  expect(readRegistry(root)).toEqual({ schema_version: 1, leases: [], epochs: {} });
  expect(filesBeside(root)).toEqual([".gitignore", "epoch-floor", "registry.json"]);
  expect(registryExists(root)).toBe(true);
  expect(registryTmpPath(root)).toBe(`${registryPath(root)}.${process.pid}.tmp`);
});

test("a lease has the fields of the original in their order, with its defaults", () => {
  const root = temporaryFolder();
  grantLease(root, { phase_id: "65" });
  const { leases } = readRegistry(root);
  expect(Object.entries(Array.isArray(leases) ? leases[0] : {})).toEqual([
    ["phase_id", "65"],
    ["worktree_path", ""],
    ["agent_id", null],
    ["branch_name", ""],
    ["lease_state", "open"],
    ["granted_at", expect.stringMatching(/^\d{4}-.*Z$/)],
    ["closed_at", null],
    ["crashed_at", null],
    ["crash_reason", null],
    ["write_set", []],
    ["provenance_hash", null],
    ["epoch", 1],
  ]);
});

test("phases are told apart by number, and the lease of a phase is its last one", () => {
  const root = temporaryFolder();
  grantLease(root, { phase_id: "01", agent_id: "one" });
  grantLease(root, { phase_id: "10" });
  closeLease(root, 1);
  grantLease(root, { phase_id: 1, agent_id: "two" });
  expect(listLeases(root).map(({ phase_id }) => phase_id)).toEqual(["01", "10", "1"]);
  expect(getLease(root, "001")).toMatchObject({ agent_id: "two", epoch: 2 });
  expect(crashLease(root, "1", "gone").crash_reason).toBe("gone");
});

test("what a tool of another version has written stays where it is", () => {
  const root = temporaryFolder();
  const odd = { id: 7 };
  const foreign = { phase_id: 3, lease_state: "paused", note: "n" };
  writeRegistry(root, { leases: [odd, foreign, { phase_id: "4", lease_state: "open" }], x: [1] });
  expect(listLeases(root).map((lease) => [lease.phase_id, lease.lease_state])).toEqual([
    ["3", "open"],
    ["4", "open"],
  ]);
  expect(() => grantLease(root, { phase_id: "3" })).toThrow(/already has an open lease/);
  closeLease(root, "4");
  const { leases, x } = readRegistry(root);
  expect(x).toEqual([1]);
  expect(leases).toEqual([
    odd,
    foreign,
    expect.objectContaining({ phase_id: "4", lease_state: "closed" }),
  ]);
  closeLease(root, 3);
  const end = { lease_state: "closed", closed_at: expect.any(String) };
  expect(readRegistry(root)["leases"]).toMatchObject([odd, { ...foreign, ...end }, {}]);
});

test.each([
  "{",
  "[]",
  '{"schema_version":1}',
  '{"leases":{}}',
  '{"schema_version":"1","leases":[]}',
])(
  "%s is set aside with one warning, and the epochs go on above all that it may have given",
  (text) => {
    const root = temporaryFolder();
    writeRegistry(root, text);
    const warnings: Warning[] = [];
    const onWarning = (warning: Warning): void => void warnings.push(warning);
    expect(listLeases(root, { onWarning })).toEqual([]);
    expect(warnings.map(({ code }) => code)).toEqual(["REGISTRY_QUARANTINED"]);
    const asides = filesBeside(root).filter((name) => /^registry\.json\.broken-\d+$/.test(name));
    expect(asides).toHaveLength(1);
    const before = Date.now();
    const lease = grantLease(root, { phase_id: "1" }, { onWarning });
    expect(lease.epoch).toBeGreaterThan(before - 60_000);
    expect(warnings).toHaveLength(1);
  },
);

test("a registry of a newer version is refused by every call, and stays as it is", () => {
  const root = temporaryFolder();
  const text = writeRegistry(root, { schema_version: 2, leases: { "1": {} } });
  const newer = expect.objectContaining({ code: "REGISTRY_NEWER" });
  expect(() => listLeases(root)).toThrow(newer);
  expect(() => grantLease(root, { phase_id: "1" })).toThrow(newer);
  expect(() => openRegistry(root)).toThrow(newer);
  expect(readFileSync(registryPath(root), "utf8")).toBe(text);
});

test("what cannot be read is not damaged", () => {
  const root = temporaryFolder();
  mkdirSync(registryPath(root), { recursive: true });
  const unreadable = expect.objectContaining({ code: "REGISTRY_UNREADABLE" });
  expect(() => listLeases(root)).toThrow(unreadable);
  expect(() => grantLease(root, { phase_id: "1" })).toThrow(
    expect.objectContaining({ code: "ATOMIC_FS_IS_DIRECTORY" }),
  );
  expect(filesBeside(root)).toEqual(["registry.json"]);
});

test("what was cleared is listed and comes back; the latest twenty times of a phase are kept", () => {
  const root = temporaryFolder();
  for (let count = 1; count <= 22; count += 1) {
    expect(grantLease(root, { phase_id: "1" }).epoch).toBe(count);
    clearLease(root, "01", { force: true });
  }
  grantLease(root, { phase_id: "2" });
  expect(listLeases(root)).toHaveLength(1);
  const cleared = listCleared(root);
  expect(cleared).toHaveLength(20);
  expect(cleared[0]?.leases[0]?.epoch).toBe(3);
  expect(restoreLeases(root, "1")).toMatchObject({ epoch: 22, lease_state: "open" });
  expect(listCleared(root)).toHaveLength(19);
  expect(() => grantLease(root, { phase_id: "1" })).toThrow(/already has an open lease/);
});

test.each([
  [{ phase_id: " " }, "phase   cannot be the id of a phase: it is empty"],
  [{ phase_id: "1", write_set: ["../x"] }, /write_set: it leaves/],
  [{ phase_id: "1", ttl_ms: 0 }, /from 1 ms to 366 days/],
  [{ phase_id: "1", agent_id: "x".repeat(4097) }, /agent_id is longer than 4096 characters/],
  [{ phase_id: "1", branch_name: "x".repeat(4097) }, /branch_name is longer/],
  [{ phase_id: "1", write_set: Array(1001).fill("src") }, /more than 1000 globs/],
  [{ phase_id: "1", ttl_ms: Number.NaN }, /from 1 ms to 366 days/],
])("%j is refused before anything is touched", (fields, message) => {
  const root = temporaryFolder();
  expect(() => grantLease(root, fields)).toThrow(message);
  expect(() => grantLease(root, fields)).toThrow(
    expect.objectContaining({ code: "LEASE_INVALID" }),
  );
  expect(readdirSync(root)).toEqual([]);
});

test("no epoch is given twice, however often and with whatever the registry is damaged or removed", () => {
  const root = temporaryFolder();
  const options = { onWarning: () => undefined, clock: { now: () => new Date(1_000_000) } };
  const epochs: number[] = [];
  const spend = (): void => {
    for (const _ of [1, 2, 3]) {
      epochs.push(grantLease(root, { phase_id: "1" }, options).epoch ?? 0);
      closeLease(root, "1", options);
    }
  };
  spend();
  for (const damage of ["", "", "{", "\0\0", ""]) {
    writeFileSync(registryPath(root), damage);
    spend();
    for (const name of filesBeside(root).filter((file) => file.includes(".broken-"))) {
      rmSync(join(dirname(registryPath(root)), name));
    }
  }
  rmSync(registryPath(root));
  spend();
  expect(epochs.slice(0, 3)).toEqual([1, 2, 3]);
  expect(epochs).toEqual([...new Set(epochs)].toSorted((one, other) => one - other));
});

test.each([
  { epochs: { "1": "7" } },
  { epochs: { "1": -1 } },
  { epochs: null },
  { epoch_floor: "1700000000000" },
  { epochs: { "1": 2 ** 53 - 1 } },
])("where %j is not understood, the next epoch is above all that it may have meant", (odd) => {
  const root = temporaryFolder();
  writeRegistry(root, { schema_version: 1, leases: [], ...odd });
  const { epoch } = grantLease(root, { phase_id: "1" }, { onWarning: () => undefined });
  expect(epoch).toBeGreaterThan(Date.now() - 60_000);
  closeLease(root, "1", { epoch });
  expect(grantLease(root, { phase_id: "1" }).epoch).toBe(epoch + 1);
});

test("epochs are known by number, and by what was cleared", () => {
  const root = temporaryFolder();
  const cleared = [
    { cleared_at: "2026-03-01T10:00:00.000Z", leases: [openLease({ phase_id: "4", epoch: 5 })] },
  ];
  writeRegistry(root, { leases: [], epochs: { "03": 7 }, cleared });
  expect(grantLease(root, { phase_id: "3" }).epoch).toBe(8);
  expect(grantLease(root, { phase_id: "4" }).epoch).toBe(6);
});

test("what the caller gave stays the caller's", () => {
  const root = temporaryFolder();
  const write_set = ["src"];
  const holder = holderOf();
  grantLease(root, { phase_id: "1", write_set, holder });
  write_set.push("docs");
  expect(Object.isFrozen(holder)).toBe(false);
  expect(getLease(root, "1")?.write_set).toEqual(["src"]);
});

test("beside the registry of an older tool there is, after the first change, what keeps it out of git", () => {
  const root = temporaryFolder();
  writeRegistry(root, { leases: [] });
  grantLease(root, { phase_id: "1" });
  expect(filesBeside(root)).toEqual([".gitignore", "epoch-floor", "registry.json"]);
});

test("a file that a link leads to, out of the root, is not replaced", () => {
  const root = temporaryFolder();
  const home = temporaryFolder();
  mkdirSync(join(root, ".planning"));
  symlinkSync(home, join(root, ".planning/.local"));
  writeFileSync(join(home, "registry.json"), "precious");
  const damaged = expect.objectContaining({ code: "REGISTRY_CORRUPT" });
  expect(() => listLeases(root)).toThrow(damaged);
  expect(() => grantLease(root, { phase_id: "1" })).toThrow(damaged);
  expect(readdirSync(home)).toEqual(["registry.json"]);
  expect(readFileSync(join(home, "registry.json"), "utf8")).toBe("precious");
});

test("a link to nothing is not as if there was no registry: it cannot be read", () => {
  const root = temporaryFolder();
  mkdirSync(dirname(registryPath(root)), { recursive: true });
  symlinkSync(join(root, "not-mounted/registry.json"), registryPath(root));
  const unreadable = expect.objectContaining({ code: "REGISTRY_UNREADABLE" });
  expect(() => listLeases(root)).toThrow(unreadable);
  expect(() => grantLease(root, { phase_id: "1" })).toThrow(unreadable);
  expect(filesBeside(root)).toEqual(["registry.json"]);
});

test("a floor is never lowered, and is noted again where it was removed", () => {
  const root = temporaryFolder();
  const options = { onWarning: () => undefined };
  writeRegistry(root, "{");
  const { epoch } = grantLease(root, { phase_id: "1" }, options);
  rmSync(join(dirname(registryPath(root)), "epoch-floor"));
  closeLease(root, "1");
  writeRegistry(root, "{");
  const early = { ...options, clock: { now: () => new Date(1000) } };
  expect(grantLease(root, { phase_id: "1" }, early).epoch).toBeGreaterThan(epoch);
});

test("where the folder is a link, epochs outlive the registry all the same", () => {
  const root = temporaryFolder();
  symlinkSync(temporaryFolder(), join(root, ".planning"));
  expect(grantLease(root, { phase_id: "1" }).epoch).toBe(1);
  rmSync(registryPath(root));
  expect(grantLease(root, { phase_id: "1" }).epoch).toBeGreaterThan(1);
  expect(filesBeside(root)).toEqual(["epoch-floor", "registry.json"]);
});

const FLOORS: readonly (readonly [string, (path: string, elsewhere: string) => void])[] = [
  ["a link", (path, elsewhere) => symlinkSync(elsewhere, path)],
  ["a folder", (path) => mkdirSync(path)],
  ["a pipe", (path) => execFileSync("mkfifo", [path])],
];

test.skipIf(process.platform === "win32").each(FLOORS)(
  "%s in the place of the floor is not written to, and no registry begins at it",
  (_, place) => {
    const root = temporaryFolder();
    const notes = join(root, "notes.txt");
    writeFileSync(notes, "mine\n");
    grantLease(root, { phase_id: "1" });
    const floor = join(dirname(registryPath(root)), "epoch-floor");
    rmSync(floor);
    place(floor, notes);
    expect(closeLease(root, "1").lease_state).toBe("closed");
    rmSync(registryPath(root));
    expect(() => grantLease(root, { phase_id: "1" })).toThrow(
      expect.objectContaining({ code: "REGISTRY_UNREADABLE", path: floor }),
    );
    expect(readFileSync(notes, "utf8")).toBe("mine\n");
  },
);

test.each([["garbage"], ["9".repeat(100_000)], [""]])(
  "where the floor is no number and the registry is gone, no epoch is given twice",
  (text) => {
    const root = temporaryFolder();
    const epochs = [1, 2].map(() => {
      const { epoch } = grantLease(root, { phase_id: "5" });
      closeLease(root, "5");
      return epoch;
    });
    rmSync(registryPath(root));
    writeFileSync(join(dirname(registryPath(root)), "epoch-floor"), text);
    expect(epochs).not.toContain(grantLease(root, { phase_id: "5" }).epoch);
  },
);
