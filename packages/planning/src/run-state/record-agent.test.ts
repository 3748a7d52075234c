import fc from "fast-check";
import { expect, test } from "vitest";

import {
  AGENT_STATUSES,
  type AgentHistory,
  EMPTY_HISTORY,
  isRunning,
  parseHistory,
  runningIn,
  withEntries,
} from "./agent-history.ts";
import { renderJson } from "./json-document.ts";
import { type AgentEvent, assertAgentEvent, recordAgentIn } from "./record-agent.ts";

const TIME = "2026-07-01T10:00:00.000Z";
const LATER = "2026-07-01T11:00:00.000Z";

function historyOf(
  ...entries: readonly (readonly [agent_id: string, status: string])[]
): AgentHistory {
  return withEntries(
    EMPTY_HISTORY,
    entries.map(([agent_id, status]) => ({ agent_id, status })),
  );
}

function after(history: AgentHistory, event: AgentEvent): unknown[] {
  const recorded = recordAgentIn(history, event, TIME);
  return recorded.history.entries.map(({ agent_id, status }) => [agent_id, status]);
}

test("an agent that is spawned has an entry with all fields, and one that ends has its time", () => {
  const event = { agent_id: "a1", agent_type: "coder", plan: "02-1", status: "spawned" } as const;
  const { history, entry } = recordAgentIn(EMPTY_HISTORY, event, TIME);
  const spawned = {
    agent_id: "a1",
    agent_type: "coder",
    task_description: null,
    plan: "02-1",
    timestamp: TIME,
    status: "spawned",
    completion_timestamp: null,
  };
  expect(entry).toEqual(spawned);
  expect(history.document).toEqual({ version: "1.0", max_entries: 50, entries: [spawned] });
  const ended = recordAgentIn(history, { agent_id: "a1", status: "failed" }, LATER);
  expect(ended.entry).toEqual({ ...spawned, status: "failed", completion_timestamp: LATER });
});

test.each(["spawned", "resumed"] as const)("while one agent runs, no other is %s", (status) => {
  const history = historyOf(["a2", "failed"], ["a1", "resumed"]);
  expect(() => recordAgentIn(history, { agent_id: "a2", status }, TIME)).toThrow(
    expect.objectContaining({
      code: "PLANNING_AGENT_RUNNING",
      message: expect.stringContaining('"a1" is running'),
    }),
  );
});

test.each(["interrupted", "failed", "timeout", "spawned", "resumed"])(
  "an agent that is %s can be resumed, and runs again",
  (status) => {
    const event = { agent_id: "a1", status: "resumed" } as const;
    expect(after(historyOf(["a0", "completed"], ["a1", status]), event)).toEqual([
      ["a0", "completed"],
      ["a1", "resumed"],
    ]);
  },
);

test.each([
  ["completed", "there is no entry"],
  ["resumed", "there is no entry"],
] as const)("an agent of which nothing is known is not %s", (status, reason) => {
  expect(() => recordAgentIn(historyOf(), { agent_id: "x", status }, TIME)).toThrow(
    expect.objectContaining({
      code: "PLANNING_AGENT_UNKNOWN",
      message: expect.stringContaining(reason),
    }),
  );
});

test("an agent that has ended does not end again, and one that has completed is not resumed", () => {
  const history = historyOf(["a1", "completed"]);
  expect(() => recordAgentIn(history, { agent_id: "a1", status: "failed" }, TIME)).toThrow(
    /not running: its last entry is "completed"/,
  );
  expect(() => recordAgentIn(history, { agent_id: "a1", status: "resumed" }, TIME)).toThrow(
    /nothing to resume/,
  );
});

test("of several that another tool has left running, each can be ended", () => {
  const history = historyOf(["a1", "spawned"], ["a2", "spawned"]);
  const first = recordAgentIn(history, { agent_id: "a1", status: "completed" }, TIME).history;
  expect(runningIn(first)?.agent_id).toBe("a2");
  expect(after(first, { agent_id: "a2", status: "interrupted" })).toEqual([
    ["a1", "completed"],
    ["a2", "interrupted"],
  ]);
});

test("what is not understood stays, and a full history loses its oldest finished entries", () => {
  const text = renderJson({
    version: "1.0",
    note: "keep",
    max_entries: 2,
    entries: [
      { agent_id: "a1", status: "spawned", tokens: 7 },
      { agent_id: "a2", status: "completed" },
      { agent_id: "a3", status: "from a newer tool" },
      { agent_id: null, status: "spawned" },
    ],
  });
  const history = parseHistory(Buffer.from(text));
  const ended = recordAgentIn(history, { agent_id: "a1", status: "completed" }, TIME).history;
  expect(ended.document).toMatchObject({ note: "keep", max_entries: 2 });
  expect(ended.entries).toEqual([
    { agent_id: "a3", status: "from a newer tool" },
    { agent_id: null, status: "spawned" },
  ]);
  expect(after(parseHistory(Buffer.from(text)), { agent_id: "a1", status: "resumed" })).toEqual([
    ["a1", "resumed"],
    [null, "spawned"],
  ]);
});

test.each([
  ["nothing", ""],
  ["half of it", '{"version": "1.0", "entr'],
  ["a list", "[]"],
  ["no entries", '{"version": "1.0"}'],
  ["an entry that is none", '{"entries": [1]}'],
])("a file with %s is damaged", (_, text) => {
  expect(() => parseHistory(Buffer.from(text))).toThrow(
    expect.objectContaining({ code: "PLANNING_RUN_DAMAGED" }),
  );
});

test("a file of a newer version is not understood", () => {
  const text = '{"version": "2.0", "entries": []}';
  expect(() => parseHistory(Buffer.from(text))).toThrow(
    expect.objectContaining({ code: "PLANNING_RUN_NEWER" }),
  );
});

test.each([
  { agent_id: "" },
  { agent_id: "a\nb" },
  { agent_id: "a\u001b[2J" },
  { agent_id: "x".repeat(201) },
  { task_description: "\u0000" },
  { plan: "../../evil" },
  { plan: "" },
  { agent_type: "\ud800" },
])("%j is not recorded", (fields) => {
  const event = { agent_id: "a1", status: "spawned" as const, ...fields };
  expect(() => assertAgentEvent(event)).toThrow(
    expect.objectContaining({ code: "PLANNING_RUN_INVALID" }),
  );
});

test("a task may take 16 000 characters, and no more", () => {
  const event = {
    agent_id: "a1",
    status: "spawned",
    task_description: "x".repeat(16_000),
  } as const;
  expect(() => assertAgentEvent(event)).not.toThrow();
  expect(() =>
    assertAgentEvent({ ...event, task_description: `${event.task_description}x` }),
  ).toThrow(/longer than 16000/);
});

test("what is too much for the file loses its oldest finished entries, and no running one", () => {
  const task_description = "\u6f22".repeat(16_000);
  let history: AgentHistory = EMPTY_HISTORY;
  for (let agent = 1; agent <= 40; agent += 1) {
    for (const status of ["spawned", "completed"] as const) {
      const event = { agent_id: `a${agent}`, status, task_description };
      history = recordAgentIn(history, event, TIME).history;
      expect(Buffer.byteLength(renderJson(history.document))).toBeLessThanOrEqual(2 ** 20);
    }
  }
  expect(history.entries.length).toBeGreaterThan(15);
  expect(history.entries.at(-1)).toMatchObject({ agent_id: "a40" });
});

test("the numbers of older tools are ids, and stay numbers in the file", () => {
  const text = '{"entries": [{"agent_id": 7, "plan": 2, "status": "spawned"}]}';
  const history = parseHistory(Buffer.from(text));
  expect(runningIn(history)).toMatchObject({ agent_id: "7", plan: "2" });
  const { entry, history: ended } = recordAgentIn(
    history,
    { agent_id: "7", status: "failed" },
    TIME,
  );
  expect(entry).toMatchObject({ agent_id: "7", plan: "2", status: "failed" });
  expect(ended.entries).toMatchObject([{ agent_id: 7, plan: 2, status: "failed" }]);
});

test("an agent with an id that none would get can be ended by exactly that id", () => {
  const agent_id = "a\nb";
  const event = { agent_id, status: "interrupted" } as const;
  expect(() => assertAgentEvent(event)).not.toThrow();
  expect(after(historyOf([agent_id, "spawned"]), event)).toEqual([[agent_id, "interrupted"]]);
  expect(() => recordAgentIn(historyOf(["a b", "spawned"]), event, TIME)).toThrow(/no entry of/);
});

function attempt(history: AgentHistory, event: AgentEvent): AgentHistory | undefined {
  try {
    return recordAgentIn(history, event, TIME).history;
  } catch {
    // Which one it must be, the test knows.
    return undefined;
  }
}

test("whatever is recorded in whatever order, one agent runs at most, and the file keeps its bound", () => {
  const event = fc.record({
    agent_id: fc.constantFrom("a", "b", "c"),
    status: fc.constantFrom(...AGENT_STATUSES),
  });
  const most = fc.integer({ min: 0, max: 4 });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), most, (events, max_entries) => {
      let history: AgentHistory = { document: { max_entries, entries: [] }, entries: [] };
      let running: string | undefined;
      for (const { agent_id, status } of events) {
        const isStart = status === "spawned" || status === "resumed";
        const mustFail = status === "spawned" ? running !== undefined : running !== agent_id;
        const changed = attempt(history, { agent_id, status });
        // Without a running agent, one may be resumed: that depends on what is left of it.
        const mayPass = status === "resumed" && running === undefined;
        expect(changed !== undefined && mustFail && !mayPass).toBe(false);
        expect(changed === undefined && !mustFail).toBe(false);
        if (changed !== undefined) {
          history = changed;
          running = isStart ? agent_id : undefined;
        }
        expect(history.entries.filter(isRunning)).toHaveLength(running === undefined ? 0 : 1);
        expect(runningIn(history)?.agent_id).toBe(running);
        expect(history.entries.length).toBeLessThanOrEqual(Math.max(max_entries, 1));
        expect(parseHistory(Buffer.from(renderJson(history.document)))).toEqual(history);
      }
    }),
  );
});
