import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import {
  crashLease,
  grantLease,
  listLeases,
  listSetAside,
  registryPath,
} from "@x/registry-core/leases";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { FOLDER, phasesCheckout, ROADMAP_TEXT } from "../../test/phases-checkout.ts";
import { closeoutReport } from "./closeout-report.ts";
import { readPhases } from "./read-phases.ts";
import { setPhaseStatus } from "./set-phase-status.ts";

test("phases are those of the roadmap, and without one there are none", () => {
  expect(readPhases(phasesCheckout())).toEqual([
    { id: "1", title: "Store", status: "done", line: 3 },
    { id: "2", title: "Leases", status: "not_started", line: 4 },
    { id: "3", title: "Login", status: "in_progress", line: 5 },
  ]);
  expect(readPhases(temporaryFolder())).toEqual([]);
});

test("by default it is about the last phase that is done", () => {
  const roadmap = ROADMAP_TEXT.replace("[ ] **Phase 2", "[X] **Phase 2").replace(
    "[ ] **Phase 9",
    "[x] **Phase 9",
  );
  const root = phasesCheckout({}, roadmap);
  expect(closeoutReport({ root, leaseRoot: root })).toMatchObject({ phase: "2", status: "clear" });
  expect(() => closeoutReport({ root, leaseRoot: root, phase: " " })).toThrow(
    expect.objectContaining({ code: "PLANNING_PHASE_INVALID" }),
  );
  const empty = temporaryFolder();
  expect(() => closeoutReport({ root: empty, leaseRoot: empty })).toThrow(
    expect.objectContaining({ code: "PLANNING_NO_PHASE_DONE", phase: "" }),
  );
});

test("without a registry there is no key for it, and none is created", () => {
  const root = phasesCheckout();
  const report = closeoutReport({ root, leaseRoot: root, phase: 1 });
  expect(Object.keys(report)).not.toContain("registry");
  expect(readdirSync(join(root, ".planning"))).toEqual(["ROADMAP.md"]);
});

test("of each phase the latest lease counts, of the root where leases are kept", () => {
  const root = phasesCheckout();
  const leaseRoot = temporaryFolder();
  const onWarning = (): void => undefined;
  grantLease(leaseRoot, { phase_id: "4", agent_id: "bob" }, { onWarning });
  crashLease(leaseRoot, "4", "gone", { onWarning });
  grantLease(leaseRoot, { phase_id: "1" }, { onWarning });
  const inform = closeoutReport({ root, leaseRoot, phase: "01" });
  expect(inform).toMatchObject({
    phase: "1",
    status: "clear",
    registry: { path: registryPath(leaseRoot), leases: [{ tag: "INFO", phase_id: "1" }] },
  });
  grantLease(leaseRoot, { phase_id: "4", agent_id: "eve" }, { onWarning });
  expect(closeoutReport({ root, leaseRoot, phase: 1 })).toMatchObject({
    status: "blocked",
    blockers: [{ code: "CLOSEOUT_LEASE_OPEN" }],
    registry: { leases: [{ agent_id: "eve", epoch: expect.any(Number) }, { tag: "INFO" }] },
  });
});

test("an expiry is judged by the time of the report", () => {
  const root = phasesCheckout();
  grantLease(root, { phase_id: "4", ttl_ms: 1000 });
  const now = new Date(Date.now() + 3_600_000);
  const states = [undefined, now].map(
    (at) =>
      closeoutReport({ root, leaseRoot: root, phase: 1, now: at }).registry?.leases[0]
        ?.holder_state,
  );
  expect(states).toEqual(["unknown", "expired"]);
});

test.each([
  ["damaged", "no JSON", "REGISTRY_CORRUPT"],
  ["newer", '{"schema_version":99,"leases":[]}', "REGISTRY_NEWER"],
])("a registry that is %s blocks, and is left as it is", (_title, text, code) => {
  const root = phasesCheckout();
  const path = registryPath(root);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  expect(closeoutReport({ root, leaseRoot: root })).toMatchObject({
    status: "blocked",
    blockers: [{ code }],
    registry: { path, leases: [] },
  });
  expect(readFileSync(path, "utf8")).toBe(text);
  expect(readdirSync(dirname(path))).toEqual(["registry.json"]);
});

test.each([
  ["the registry", "registry.json"],
  ["its folder", ""],
])("a link to nothing in the place of %s blocks", (_title, name) => {
  const root = phasesCheckout();
  const place = join(root, ".planning/.local", name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync("gone", place);
  expect(closeoutReport({ root, leaseRoot: root })).toMatchObject({
    status: "blocked",
    blockers: [{ code: "REGISTRY_UNREADABLE" }],
    registry: { leases: [] },
  });
});

test("a registry that was set aside is a warning until it is moved away", () => {
  const root = phasesCheckout();
  const path = registryPath(root);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "no JSON");
  listLeases(root, { onWarning: () => undefined });
  const [aside = ""] = listSetAside(root);
  for (const again of [() => rmSync(path), () => renameSync(aside, join(root, "aside"))]) {
    const report = closeoutReport({ root, leaseRoot: root });
    expect(report.warnings).toEqual([
      { code: "CLOSEOUT_REGISTRY_SET_ASIDE", message: expect.stringContaining(aside) },
    ]);
    expect(report.status).toBe("warnings");
    again();
  }
  expect(closeoutReport({ root, leaseRoot: root })).toMatchObject({ status: "clear" });
});

test("it names the next phase of the roadmap that is not done", () => {
  const root = phasesCheckout();
  const action = (phase: number) =>
    closeoutReport({ root, leaseRoot: root, phase }).next_safe_action;
  expect(action(1)).toContain("`cabinet lease run 2 -- <command>`");
  setPhaseStatus(root, 2, "done");
  expect(action(1)).toContain("`cabinet lease run 3 -- <command>`");
  setPhaseStatus(root, 3, "done");
  expect(action(1)).toBe("All phases of .planning/ROADMAP.md are done.");
});

test("a phase that the roadmap names in another form is not to be added twice", () => {
  const root = phasesCheckout({}, "- [x] **Phase 1: a**\n- [ ] Phase 4: b\n");
  const { warnings, next_safe_action } = closeoutReport({ root, leaseRoot: root, phase: 4 });
  expect(warnings).toEqual([
    {
      code: "PLANNING_PHASE_NOT_FOUND",
      message:
        "phase 4 is not in .planning/ROADMAP.md: line 2 names it, but not as `- [ ] **Phase 4: …**`",
    },
  ]);
  expect(next_safe_action).toContain("Name the phase once");
});

test("what is not in the roadmap is a warning, what cannot be told apart blocks", () => {
  const root = phasesCheckout({ ".planning/phases/2-a/": "", ".planning/phases/02-b/": "" });
  expect(closeoutReport({ root, leaseRoot: root, phase: 7 })).toMatchObject({
    phase: "7",
    status: "warnings",
    warnings: [{ code: "PLANNING_PHASE_NOT_FOUND" }],
  });
  const empty = temporaryFolder();
  expect(closeoutReport({ root: empty, leaseRoot: empty, phase: 7 })).toMatchObject({
    warnings: [{ code: "PLANNING_ROADMAP_MISSING" }],
  });
  expect(closeoutReport({ root, leaseRoot: root, phase: 2 })).toMatchObject({
    status: "blocked",
    blockers: [{ code: "PLANNING_PHASE_AMBIGUOUS" }],
    gate: null,
  });
});

test("evidence that is missing blocks a phase that is not done", () => {
  const root = phasesCheckout({ [`${FOLDER}/`]: "", ".internal-research/": "" });
  const { status, blockers } = closeoutReport({ root, leaseRoot: root, phase: 3 });
  expect(status).toBe("blocked");
  expect(blockers.map(({ code }) => code)).toEqual(
    Array.from({ length: 3 }, () => "CLOSEOUT_EVIDENCE_MISSING"),
  );
});

test("without its folders, a closeout is a mistake of the caller, who is told which is missing", () => {
  // @ts-expect-error: a caller without types
  expect(() => closeoutReport()).toThrow(
    new TypeError("the closeout needs a request with its root: a folder"),
  );
  // @ts-expect-error: a caller without types
  expect(() => closeoutReport({ root: temporaryFolder() })).toThrow("with its leaseRoot");
});
