import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { HolderState, Lease } from "@x/registry-core/leases";

import { closeoutOf } from "./closeout-rule.ts";
import type { CloseoutFacts, SeenLease } from "./closeout.ts";
import type { Gate } from "./gate-rule.ts";

function seen(
  phase: string,
  change: Partial<Lease> = {},
  holderState: HolderState = "alive",
): SeenLease {
  const lease: Lease = {
    phase_id: phase,
    worktree_path: "/w",
    agent_id: "ann",
    branch_name: "b",
    lease_state: "open",
    granted_at: "2026-10-06T12:00:00.000Z",
    closed_at: null,
    crashed_at: null,
    crash_reason: null,
    write_set: [],
    provenance_hash: null,
    epoch: 4,
    ...change,
  };
  return { lease, holderState };
}

const facts: CloseoutFacts = {
  phase: "3",
  phaseStatus: "done",
  faults: [],
  gate: { state: "passed", missing: [] },
  nextPhase: "4",
  setAside: [],
};
const withLeases = (...leases: SeenLease[]): CloseoutFacts => ({
  ...facts,
  registry: { path: "/r", leases },
});
const SKIPPED: Gate = { state: "skipped", missing: [], reason: "r" };
const refused = { state: "refused", missing: ["a is missing", "b is empty"] } as const;

test("with nothing in the way it is clear, and has no key for a registry that is not there", () => {
  const report = closeoutOf(facts);
  expect(Object.keys(report)).toEqual([
    "phase",
    "status",
    "blockers",
    "warnings",
    "next_safe_action",
    "gate",
  ]);
  expect(report).toMatchObject({ phase: "3", status: "clear", blockers: [], warnings: [] });
  expect(closeoutOf(withLeases()).registry).toEqual({ path: "/r", leases: [] });
});

test("an open lease of another phase blocks, one's own informs", () => {
  const report = closeoutOf(withLeases(seen("03"), seen("4", {}, "unknown")));
  expect(report).toMatchObject({
    status: "blocked",
    warnings: [],
    registry: {
      leases: [
        { tag: "INFO", phase_id: "03" },
        {
          tag: "BLOCK",
          phase_id: "4",
          agent_id: "ann",
          branch_name: "b",
          worktree_path: "/w",
          granted_at: "2026-10-06T12:00:00.000Z",
          holder_state: "unknown",
          epoch: 4,
        },
      ],
    },
  });
  expect(report.blockers).toEqual([
    {
      code: "CLOSEOUT_LEASE_OPEN",
      message: "phase 4 has an open lease of ann in /w; its holder is unknown",
    },
  ]);
  expect(closeoutOf(withLeases(seen("3")))).toMatchObject({ status: "clear" });
});

test("what a phase lacks blocks it until it is done, and is a warning then", () => {
  const evidence = refused.missing.map((message) => ({
    code: "CLOSEOUT_EVIDENCE_MISSING",
    message,
  }));
  expect(closeoutOf({ ...facts, gate: refused })).toMatchObject({
    status: "warnings",
    blockers: [],
    warnings: evidence,
  });
  for (const phaseStatus of ["not_started", "in_progress", undefined] as const) {
    expect(closeoutOf({ ...facts, gate: refused, phaseStatus })).toMatchObject({
      status: "blocked",
      blockers: evidence,
    });
  }
});

test("a lease of its own whose holder is gone or late is a warning, another one informs", () => {
  for (const state of ["dead", "expired"] as const) {
    const report = closeoutOf(withLeases(seen("03", {}, state)));
    expect(report).toMatchObject({ status: "warnings", registry: { leases: [{ tag: "INFO" }] } });
    expect(report.warnings).toEqual([
      {
        code: "CLOSEOUT_LEASE_STALE",
        message: `phase 03 has an open lease of ann in /w; its holder is ${state}`,
      },
    ]);
  }
  for (const state of ["alive", "unknown"] as const) {
    expect(closeoutOf(withLeases(seen("3", {}, state)))).toMatchObject({ status: "clear" });
  }
});

test("registries that were set aside are a warning that names them, also without a registry", () => {
  const one = closeoutOf({ ...facts, setAside: ["/r.broken-1"] });
  expect(one.status).toBe("warnings");
  expect(one.warnings).toEqual([
    {
      code: "CLOSEOUT_REGISTRY_SET_ASIDE",
      message:
        "a damaged registry was set aside, and the leases that it held are not known: /r.broken-1",
    },
  ]);
  const two = closeoutOf({ ...withLeases(), setAside: ["/r.broken-1", "/r.broken-2"] });
  expect(two.warnings[0]?.message).toBe(
    "damaged registries were set aside, and the leases that they held are not known: /r.broken-1, /r.broken-2",
  );
});

test("what the gate said is in the report, also when it is skipped or could not be asked", () => {
  for (const gate of [facts.gate, refused, SKIPPED]) {
    expect(closeoutOf({ ...facts, gate }).gate).toEqual(gate);
  }
  const unknown = closeoutOf({ ...facts, gate: undefined, faults: [{ code: "X", message: "m" }] });
  expect(unknown).toMatchObject({ status: "blocked", gate: null });
});

test("that the phase's last lease crashed is a warning, that of another one is nobody's here", () => {
  const crash = { lease_state: "crashed", crashed_at: "T", crash_reason: "oom" } as const;
  expect(closeoutOf(withLeases(seen("03", crash), seen("4", crash)))).toMatchObject({
    status: "warnings",
    blockers: [],
    warnings: [
      {
        code: "CLOSEOUT_LEASE_CRASHED",
        message: "the last lease of phase 03 was marked as crashed at T: oom",
      },
    ],
    registry: { leases: [] },
  });
});

describe("the next safe action", () => {
  const fault = (code: string): CloseoutFacts => ({
    ...facts,
    registry: { path: "/r", leases: [], fault: { code, message: "m" } },
  });
  const unlisted = { code: "PLANNING_PHASE_NOT_FOUND", message: "m" };

  test.each<[string, CloseoutFacts, string]>([
    [
      "a holder that is gone",
      withLeases(seen("5"), seen("4", {}, "dead")),
      "`cabinet lease reclaim 4`",
    ],
    ["one whose time is over", withLeases(seen("4", {}, "expired")), "`cabinet lease reclaim 4`"],
    [
      "one that works",
      withLeases(seen("4")),
      "Wait for the end of the work on phase 4; `cabinet lease show 4` says whose it is.",
    ],
    ["one that may work", withLeases(seen("4", {}, "unknown")), "`cabinet lease show 4`"],
    [
      "an id that a shell would act on",
      withLeases(seen("$(reboot)")),
      "`cabinet lease show <phase>`",
    ],
    [
      "its own holder that is gone",
      withLeases(seen("3", {}, "dead")),
      "Run `cabinet lease reclaim 3`, then `cabinet closeout-report --phase 3` again.",
    ],
    [
      "its own holder that is late, before it is done",
      { ...withLeases(seen("3", {}, "expired")), phaseStatus: "in_progress", gate: refused },
      "`cabinet lease reclaim 3`",
    ],
    [
      "registries that were set aside",
      { ...facts, setAside: ["/r.broken-1"] },
      "See which leases the damaged registry held, move it to another folder, then run `cabinet",
    ],
    [
      "several of them",
      { ...facts, setAside: ["/r.broken-1", "/r.broken-2"] },
      "See which leases the damaged registries held, move them to another folder, then run `cabinet",
    ],
    [
      "evidence that is missing",
      { ...facts, phaseStatus: "in_progress", gate: refused },
      "`cabinet phase-status 3 done`",
    ],
    [
      "a phase that can be done",
      { ...facts, phaseStatus: "in_progress" },
      "Run `cabinet phase-status 3 done`.",
    ],
    [
      "evidence that comes late",
      { ...facts, gate: refused },
      "`cabinet closeout-report --phase 3` again",
    ],
    ["its own lease", withLeases(seen("3")), "Run `cabinet lease close 3 --epoch 4`."],
    ["a crash", withLeases(seen("3", { lease_state: "crashed" })), "`cabinet lease show 3`"],
    [
      "a phase that is not listed",
      { ...facts, phaseStatus: undefined, roadmapWarning: unlisted },
      "Name the phase once in .planning/ROADMAP.md, as `- [ ] **Phase 3: …**`, then run `cabinet",
    ],
    ["what cannot be told", { ...facts, faults: [unlisted] }, "Resolve the blockers, then run"],
    ["a damaged registry", fault("REGISTRY_CORRUPT"), "`cabinet lease list` set it aside"],
    ["a newer one", fault("REGISTRY_NEWER"), "newer Cabinet"],
    ["one that cannot be read", fault("REGISTRY_UNREADABLE"), "Make the registry readable"],
    ["nothing", facts, "Go on with phase 4: `cabinet lease run 4 -- <command>`."],
    [
      "nothing, before an odd phase",
      { ...facts, nextPhase: "`x`" },
      "`cabinet lease run <phase> --",
    ],
  ])("for %s is one sentence with a command", (_title, given, words) => {
    const { next_safe_action } = closeoutOf(given);
    expect(next_safe_action).toContain(words);
    expect(next_safe_action).toMatch(/^[A-Z][^\n]*`cabinet [^\n]*\.$/);
  });

  test("when all phases are done says so", () => {
    expect(closeoutOf({ ...facts, nextPhase: undefined }).next_safe_action).toBe(
      "All phases of .planning/ROADMAP.md are done.",
    );
  });
});

const phase = fc.constantFrom("3", "03", "4", "4a");
const states = fc.constantFrom<HolderState>("alive", "dead", "expired", "unknown");
const lease = fc
  .tuple(phase, fc.constantFrom("open", "closed", "crashed"), states)
  .map(([id, lease_state, state]) => seen(id, { lease_state }, state));
const finding = fc.record({ code: fc.constant("X"), message: fc.string() });
const anyFacts: fc.Arbitrary<CloseoutFacts> = fc.record({
  phase,
  phaseStatus: fc.constantFrom("not_started", "in_progress", "done", undefined),
  roadmapWarning: fc.option(finding, { nil: undefined }),
  faults: fc.array(finding, { maxLength: 1 }),
  gate: fc.constantFrom<Gate | undefined>(facts.gate, refused, SKIPPED, undefined),
  nextPhase: fc.constantFrom("5", undefined),
  setAside: fc.constantFrom([], ["/r.broken-1"]),
  registry: fc.option(
    fc.record({
      path: fc.constant("/r"),
      leases: fc.array(lease, { maxLength: 4 }),
      fault: fc.option(finding, { nil: undefined }),
    }),
    { nil: undefined },
  ),
});

const ENDING = /`cabinet lease (close|crash|clear|reclaim) ([^ `]+)/;

test("whatever the facts: blocked with blockers only, and no open lease is left out", () => {
  fc.assert(
    fc.property(anyFacts, (given) => {
      const { status, blockers, warnings, registry, next_safe_action } = closeoutOf(given);
      expect(status === "blocked").toBe(blockers.length > 0);
      expect(status === "clear").toBe(blockers.length + warnings.length === 0);
      expect(registry === undefined).toBe(given.registry === undefined);
      const open = (given.registry?.leases ?? []).filter(
        (item) => item.lease.lease_state === "open",
      );
      expect(registry?.leases ?? []).toHaveLength(open.length);
      const key = (id: string): string => id.replace(/^0+/, "");
      const foreign = open.filter((item) => key(item.lease.phase_id) !== key(given.phase));
      const blocked = (registry?.leases ?? []).filter(({ tag }) => tag === "BLOCK");
      expect(blocked.map(({ phase_id }) => phase_id)).toEqual(
        foreign.map((item) => item.lease.phase_id),
      );
      const isDone = given.phaseStatus === "done";
      const others = [...given.faults, ...[given.registry?.fault ?? []].flat()];
      const evidence = isDone ? [] : (given.gate?.missing ?? []);
      expect(blockers).toHaveLength(foreign.length + others.length + evidence.length);
      expect(next_safe_action).toMatch(/^[A-Z].*(?:`cabinet |are done).*\.$/);
      // Nobody who may be at work for another phase is told to end.
      const [, verb, id = ""] = ENDING.exec(next_safe_action) ?? [];
      const own = open.filter((item) => key(item.lease.phase_id) === key(given.phase));
      const over = open.filter(({ holderState }) => ["dead", "expired"].includes(holderState));
      const mayEnd = verb === "close" ? own : over;
      const ids = mayEnd.map((item) => item.lease.phase_id);
      expect(verb === undefined || ids.includes(id)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
