import { stripVTControlCharacters } from "node:util";

import { expect, test } from "vitest";

import { assertPrintable } from "../../test/assert-failure.ts";
import { terminalWidth } from "../../test/terminal-width.ts";
import type { Finding } from "../doctor/finding.ts";
import { PLAIN, styleOf } from "../screen/style.ts";
import type { RepositoryStanding } from "./repository-standing.ts";
import { statusPage } from "./status-page.ts";

const now = new Date("2026-03-01T12:00:00.000Z");
const since = "2026-03-01T11:57:00.000Z";

/** A repository in which each text is this one. */
function standingOf(text: string, findings: readonly Finding[] = []): RepositoryStanding {
  const lease = {
    phase_id: text,
    worktree_path: text,
    agent_id: text,
    branch_name: text,
    lease_state: "open" as const,
    granted_at: text,
    closed_at: null,
    crashed_at: null,
    crash_reason: null,
    write_set: [],
    provenance_hash: null,
    holder_state: "alive" as const,
  };
  const executor = { executor: text, pid: 7, host: text, since: text, liveness: "alive" as const };
  const clarification = { id: text, question: text, plan: text, answer: null };
  const plan = {
    plan: text,
    createdAt: text,
    status: "reviewed" as const,
    sessionKey: text,
    sessionID: text,
  };
  return {
    root: { path: "/home/me/shop", rule: "git" },
    spec: {
      active: text,
      spec: { name: text, specPath: text, lastKnownBranch: text, isActive: true },
      specFile: "missing",
      executor,
      resume: { kind: "clarification", clarification, pending: [clarification] },
    },
    plan: { session: { id: text, from: "option" }, plan: { ...plan, fileExists: false } },
    leases: [lease],
    agents: [{ agent: text, work: { kind: "run", of: text }, pid: 7, since: text }],
    findings,
  };
}

function finding(severity: Finding["severity"], message: string, command: string | null = null) {
  const next = { command, advice: null, fix: null };
  return { id: "dead-lease", severity, path: message, message, ...next } as const;
}

const CLEAN = standingOf("login");
const HOSTILE = "\u001b[31m\r\n\u009b2J\u202e\u2028\u0007\t日本語👍e\u0301";

test("what is wrong stands at the top; what is worth knowing, or nothing, at the end", () => {
  const titles = (...findings: Finding[]): string[] =>
    statusPage({ ...CLEAN, findings }, now, PLAIN)
      .split("\n")
      .filter((line) => /^[A-Z]/.test(line));
  const rest = ["Spec", "Plan of the session", "Open leases", "Also at work"];
  expect(titles()).toEqual([...rest, "What is wrong"]);
  expect(titles(finding("note", "a"))).toEqual([...rest, "Worth knowing"]);
  expect(titles(finding("warning", "a"), finding("note", "b"))).toEqual(["What is wrong", ...rest]);
});

test("each finding names the command that looks into it", () => {
  const findings = [finding("error", "It is damaged.", "cabinet a"), finding("note", "It waits.")];
  const page = statusPage({ ...CLEAN, findings }, now, PLAIN);
  expect(page.split("\n").slice(0, 6)).toEqual([
    "What is wrong",
    "  error: It is damaged.",
    "    look: cabinet a",
    "  note: It waits.",
    "    look: cabinet doctor",
    "  1 error, 1 note. More about them: cabinet doctor",
  ]);
});

test("a finding that no command looks into says in words what is next", () => {
  const advice = "Mend it by hand.";
  const findings = [
    { ...finding("error", "It is damaged."), advice },
    { ...finding("warning", "It waits.", "cabinet a"), advice },
  ];
  const page = statusPage({ ...CLEAN, findings }, now, PLAIN);
  expect(page.split("\n").slice(1, 5)).toEqual([
    "  error: It is damaged.",
    "    next: Mend it by hand.",
    "  warning: It waits.",
    "    look: cabinet a",
  ]);
});

test("what `cabinet doctor --fix` can mend is pointed at", () => {
  const mendable = { ...finding("warning", "It waits."), fix: "moves it away" };
  const page = statusPage({ ...CLEAN, findings: [mendable] }, now, PLAIN);
  expect(page).toContain("\n  1 warning. What can be mended: cabinet doctor\n");
});

test("those who hold a lease are not told twice", () => {
  const holder = { agent: "builder", work: { kind: "lease", of: "3" }, pid: 7, since } as const;
  const page = statusPage({ ...CLEAN, agents: [holder] }, now, PLAIN);
  expect(page).not.toContain("Also at work");
});

test.each([
  ["everything that acts on a terminal", HOSTILE],
  ["very long text", "x".repeat(100_000)],
  ["very long text of wide letters", "日本語".repeat(30_000)],
  ["marks without end", `a${"\u0301".repeat(50_000)}`],
  ["nothing", ""],
])(
  "with %s in every field, nothing acts on the terminal, and all rows have one width",
  (_, text) => {
    const findings = Array.from({ length: 20 }, (_finding, index) =>
      index % 2 === 0
        ? finding("warning", text, text)
        : { ...finding("warning", text), advice: text },
    );
    for (const columns of [30, 40, 80, 100, 120, 300]) {
      const style = { ...PLAIN, columns };
      const rows = statusPage(standingOf(text, findings), now, style).split("\n");
      const width = Math.min(columns, 120);
      expect([columns, rows.map(terminalWidth)]).toEqual([columns, rows.map(() => width)]);
      for (const row of rows) assertPrintable(row);
    }
    for (const columns of [undefined, 1, 20]) {
      const page = statusPage(standingOf(text, findings), now, { ...PLAIN, columns });
      assertPrintable(page);
      expect(page.length).toBeLessThan(20_000);
    }
  },
);

test("on a narrow terminal the columns go that help least, and who holds what stays", () => {
  const headingAt = (columns: number | undefined): string | undefined =>
    statusPage(CLEAN, now, { ...PLAIN, columns })
      .split("\n")
      .find((row) => row.includes("PHASE"))
      ?.replaceAll(/[│\s]+/g, " ")
      .trim();
  expect(headingAt(undefined)).toBe("PHASE HOLDER AGENT BRANCH WORKTREE GRANTED");
  expect(headingAt(100)).toBe("PHASE HOLDER AGENT BRANCH WORKTREE GRANTED");
  expect(headingAt(48)).toBe("PHASE HOLDER AGENT WORKTREE GRANTED");
  expect(headingAt(40)).toBe("PHASE HOLDER AGENT WORKTREE");
  expect(headingAt(30)).toBe("PHASE HOLDER AGENT");
  expect(headingAt(20)).toBe("PHASE HOLDER");
});

test("colours change no letter", () => {
  const findings = [finding("error", "a"), finding("warning", "b"), finding("note", "c")];
  const standing = standingOf("login", findings);
  for (const columns of [undefined, 20, 60]) {
    const coloured = statusPage(standing, now, styleOf({}, columns));
    expect(coloured).toContain("\u001b[31merror\u001b[39m");
    const plain = statusPage(standing, now, styleOf({ NO_COLOR: "1" }, columns));
    expect(stripVTControlCharacters(coloured)).toBe(plain);
    expect(statusPage(standing, now, styleOf({ TERM: "dumb" }, columns))).toBe(plain);
  }
});
