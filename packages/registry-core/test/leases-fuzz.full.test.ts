import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { closeLease, getLease, grantLease, listLeases, registryPath } from "../src/leases/index.ts";
import { ARBITRARY, documentText } from "./support/arbitrary-documents.ts";
import { CARRIED, LOST_NAIVELY, nested, nulBytes } from "./support/damaged-registries.ts";
import { faultsOfLeases, naiveSteps, type Steps } from "./support/lease-faults.ts";
import {
  codeOf,
  leaseAsides,
  leaseDocument,
  leaseRoot,
  leaseRootWith,
  QUICKLY,
} from "./support/lease-project.ts";

// Here nobody cuts the power; thousands of files would wait for the disk, one after the other.
vi.mock(import("node:fs"), async (importOriginal) => {
  const original = await importOriginal();
  const fsyncSync = (): void => {};
  return { ...original, fsyncSync, default: { ...original.default, fsyncSync } };
});

const MINUTES = 60_000;
const numRuns = isLongTier ? 5_000 : 25;

const LEASE =
  '{"phase_id": "1", "lease_state": "closed", "granted_at": "2026-11-21T10:00:00.000Z"}';
const withLeases = (...leases: readonly string[]): string =>
  `{"schema_version": 1, "leases": [${leases.join(", ")}]}`;

/** A registry as we write it, with three phases, of which one was cleared. */
function wholeText(): string {
  const root = leaseRoot();
  for (const phase_id of ["p0", "2", "3"]) {
    grantLease(root, { phase_id, agent_id: "p0", ttl_ms: 1_000, write_set: ["src/**"] }, QUICKLY);
  }
  closeLease(root, "2", QUICKLY);
  grantLease(root, { phase_id: 2 }, QUICKLY);
  return readFileSync(registryPath(root), "utf8");
}

type Probe = (content: string | Uint8Array) => string[];

/** Tells what is wrong with calls over ever other contents, each in a root of its own. */
function prober(steps?: Steps): Probe {
  const folder = temporaryFolder();
  let roots = 0;
  return (content) => {
    const root = join(folder, String((roots += 1)));
    mkdirSync(dirname(registryPath(root)), { recursive: true });
    const faults = faultsOfLeases(root, content, steps);
    rmSync(root, { recursive: true });
    return faults;
  };
}

// What they damage is of session plans, and harmless here.
const OF_PLANS = /entry that is none|session that is none|sessions that are none/;

/** What another tool may have left in the list, or around it. */
const ODD: Readonly<Record<string, string>> = {
  "with fields of nobody": `{"a": {"b": [1, null]}, "leases": [], "schema_version": 1, "z": "é"}`,
  "without a version": `{"leases": [${LEASE}]}`,
  "with items that are no leases": withLeases(
    "null",
    "7",
    '"x"',
    "[]",
    "{}",
    LEASE,
    '{"phase_id": ""}',
    "[[]]",
  ),
  "with fields of nobody in leases": withLeases(LEASE.replace("{", '{"mine": {"__proto__": 1}, ')),
  "with phases that are numbers": withLeases(
    LEASE.replace('"1"', "1"),
    LEASE.replace('"1"', "1.5"),
  ),
  "with a lease that has a phase only": withLeases('{"phase_id": "1"}'),
  "with a state of nobody": withLeases(LEASE.replace("closed", "paused")),
  "with fields of other types": withLeases(
    '{"phase_id": "1", "worktree_path": 1, "write_set": ["a", 7], "epoch": -1, "holder": {"pid": 0}, "expires_at": "never", "ttl_ms": "x"}',
  ),
  "with epochs of other types": `{"leases": [${LEASE}], "epochs": {"1": "x", "2": -1, "__proto__": 4}}`,
  "with clearings of other types": `{"leases": [], "cleared": [1, {"cleared_at": "x"}, {"leases": {}}]}`,
  "with names of every object": withLeases(
    ...["__proto__", "constructor", "toString"].map((name) => LEASE.replace('"1"', `"${name}"`)),
  ),
};

describe("a registry of leases", () => {
  test("that is sound is kept by naive calls too: it is what is damaged that they lose", () => {
    expect(prober(naiveSteps)(withLeases(LEASE))).toEqual([]);
  });

  test.each(Object.entries(LOST_NAIVELY).filter(([name]) => !OF_PLANS.test(name)))(
    "%s is read, and nothing of it is lost by calls on another phase; naive calls lose some",
    (_, damage) => {
      const content = damage(wholeText());
      expect(prober(naiveSteps)(content)).not.toEqual([]);
      expect(prober()(content)).toEqual([]);
    },
  );

  test.each(Object.entries(CARRIED))(
    "%s is read, and nothing of it is lost by calls on another phase",
    (_, damage) => expect(prober()(damage(wholeText()))).toEqual([]),
  );

  test.each(Object.entries(ODD))("%s is not set aside, and nothing of it is lost", (_, content) => {
    const root = leaseRoot();
    expect(faultsOfLeases(root, content)).toEqual([]);
    expect(leaseAsides(root)).toEqual([]);
  });

  test.each([
    "[]",
    "null",
    "1",
    '"text"',
    "{}",
    '{"schema_version": 1}',
    '{"leases": {}}',
    '{"leases": [], "schema_version": "1"}',
    '{"leases": [], "epochs": [1]}',
    "",
  ])("of the wrong shape (%s) is set aside, once", (content) => {
    const root = leaseRoot();
    expect(faultsOfLeases(root, content)).toEqual([]);
    expect(leaseAsides(root)).toHaveLength(1);
  });

  test("that is cut anywhere is set aside", () => {
    const whole = Buffer.from(wholeText());
    const probe = prober();
    const step = isLongTier ? 1 : 29;
    for (let length = 0; length <= whole.length; length += step) {
      expect([length, ...probe(whole.subarray(0, length))]).toEqual([length]);
    }
  });

  test.each([
    ["of arrays", nested],
    ["of objects", (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`],
    ["beside leases", (levels: number) => `{"odd": ${nested(levels)}, "leases": [${LEASE}]}`],
    ["among leases", (levels: number) => withLeases(LEASE, nested(levels))],
    [
      "in a lease",
      (levels: number) => withLeases(LEASE.replace("{", `{"odd": ${nested(levels)}, `)),
    ],
  ])("of ever more levels %s is read, and nothing of it is lost", (_, textOf) => {
    const probe = prober();
    for (const levels of [100, 990, 997, 998, 999, 1_000, 1_001, 3_000, 100_000]) {
      expect([levels, ...probe(textOf(levels))]).toEqual([levels]);
    }
  });

  test.each([
    ["sound", (text: string) => text.replace("{", `{"odd": "${"x".repeat(50_000_000)}",`)],
    ["NUL", () => nulBytes(50_000_000)],
  ])("of 50 MB, all %s, is not read, and set aside", (_, enlarge) => {
    const root = leaseRoot();
    expect(faultsOfLeases(root, enlarge(wholeText()))).toEqual([]);
    expect(leaseAsides(root)).toHaveLength(1);
  });

  const ofLeases = fc.array(documentText, { maxLength: 4 }).map((items) => withLeases(...items));

  test.each([...ARBITRARY, ["with any list of leases", () => ofLeases] as const])(
    "%s is read, and nothing of it is lost by calls on another phase",
    (_, arbitraryOf) => {
      const probe = prober();
      const property = fc.property(arbitraryOf(wholeText()), (content) => {
        expect(probe(content)).toEqual([]);
      });
      fc.assert(property, { numRuns });
    },
    10 * MINUTES,
  );
});

test("a state that nobody knows counts as open, and fields that are missing as empty", () => {
  const root = leaseRootWith(withLeases('{"phase_id": 7, "lease_state": "paused"}'));
  expect(getLease(root, "007")).toMatchObject({
    phase_id: "7",
    lease_state: "open",
    branch_name: "",
    write_set: [],
  });
  expect(codeOf(() => grantLease(root, { phase_id: "7" }))).toBe("LEASE_HELD");
  expect(closeLease(root, 7, QUICKLY)).toMatchObject({ lease_state: "closed" });
  expect(leaseDocument(root).leases).toHaveLength(1);
});

test("what is no lease keeps its place while the phases around it come and go", () => {
  const root = leaseRootWith(withLeases("null", LEASE, '{"note": 1}'));
  grantLease(root, { phase_id: "2" }, QUICKLY);
  grantLease(root, { phase_id: "1" }, QUICKLY);
  closeLease(root, "2", QUICKLY);
  expect(leaseDocument(root).leases).toMatchObject([
    null,
    { phase_id: "1" },
    { note: 1 },
    { phase_id: "2" },
    { phase_id: "1" },
  ]);
  expect(listLeases(root).map(({ phase_id }) => phase_id)).toEqual(["1", "2", "1"]);
});
