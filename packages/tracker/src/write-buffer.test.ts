import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { putsOnly } from "../test/support/puts-only.ts";
import { activity, agent, commit, graded, retrospective } from "../test/support/sample-records.ts";
import type { Database } from "./database.ts";
import { Journal } from "./journal/journal.ts";
import { MemoryDatabase } from "./memory-database.ts";
import type { Grade } from "./records/grade.ts";
import { applyScoreEvent, createAgentScore, type ScoreEvent } from "./score.ts";
import { WriteBuffer } from "./write-buffer.ts";

const EMPTY = { entriesWritten: 0, errors: [] };

test("an empty buffer has nothing to flush", async () => {
  const buffer = new WriteBuffer();
  expect(buffer.isEmpty).toBe(true);
  expect(await buffer.flush(new MemoryDatabase())).toEqual(EMPTY);
});

test("changes of one agent and of one commit are one record each, events are all their own", () => {
  const buffer = new WriteBuffer();
  buffer.bufferAgent("build", agent("build"));
  buffer.bufferScore("build", { type: "tool" });
  buffer.bufferSeen("build");
  buffer.bufferCommit("/shop", "1", commit("1"));
  buffer.bufferCommit("/shop", "1", commit("1", { task_description: "again" }));
  buffer.bufferActivity("build", activity("x"));
  buffer.bufferActivity("build", activity("x"));
  buffer.bufferCommunicationEvent(graded("build"));
  buffer.bufferRetrospective("build", "1", retrospective("1"));
  expect(buffer.size).toBe(6);
  buffer.clear();
  expect([buffer.size, buffer.isEmpty]).toEqual([0, true]);
});

test("a flush writes everything, and of a commit the last word", async () => {
  const database = new MemoryDatabase();
  const buffer = new WriteBuffer();
  buffer.bufferAgent("build", agent("build"));
  buffer.bufferCommit("/shop", "1", commit("1"));
  buffer.bufferCommit("/shop", "1", commit("1", { task_description: "again" }));
  buffer.bufferActivity("build", activity("x"));
  buffer.bufferCommunicationEvent(graded("build"));
  buffer.bufferRetrospective("build", "1", retrospective("1"));
  expect(await database.getAgent("build")).toBeNull();
  expect(await buffer.flush(database)).toEqual({ entriesWritten: 5, errors: [] });
  expect(buffer.isEmpty).toBe(true);
  expect(await database.getAgent("build")).toEqual(agent("build"));
  expect(await database.getCommit("/shop", "1")).toMatchObject({ task_description: "again" });
  expect(await database.getActivities("build")).toEqual([activity("x")]);
  expect(await database.getCommunicationEvents("build")).toEqual([graded("build")]);
  expect(await database.getRetrospectives("build")).toEqual([retrospective("1")]);
});

test("two that have read the same record and each add to it add up", async () => {
  const database = new MemoryDatabase();
  await database.putAgent("build", agent("build", { experience_points: 10, total_bugs: 1 }));
  const buffers = [new WriteBuffer(), new WriteBuffer()];
  for (const buffer of buffers) {
    const read = await database.getAgent("build");
    if (read === null) throw new Error("it is gone");
    buffer.bufferAgent("build", { ...read, experience_points: read.experience_points + 5 });
    read.total_bugs += 1;
    read.experience_points += 5;
    buffer.bufferAgent("build", read);
  }
  for (const buffer of buffers) await buffer.flush(database);
  expect(await database.getAgent("build")).toMatchObject({ experience_points: 20, total_bugs: 3 });
});

test("what was made of a record after a flush counts from there", async () => {
  const database = new MemoryDatabase();
  const buffer = new WriteBuffer();
  await database.putAgent("build", agent("build"));
  const read = await database.getAgent("build");
  if (read === null) throw new Error("it is gone");
  for (let round = 0; round < 3; round += 1) {
    read.experience_points += 1;
    buffer.bufferAgent("build", read);
    await buffer.flush(database);
  }
  expect(await database.getAgent("build")).toMatchObject({ experience_points: 3 });
});

test("a field that one writer changes does not take back what another one has changed", async () => {
  const database = new MemoryDatabase();
  await database.putAgent("build", agent("build"));
  const [one, other] = [await database.getAgent("build"), await database.getAgent("build")];
  if (one === null || other === null) throw new Error("it is gone");
  const buffer = new WriteBuffer();
  buffer.bufferAgent("build", { ...one, active: false });
  buffer.bufferAgent("build", { ...other, scope: "/other" });
  await buffer.flush(database);
  expect(await database.getAgent("build")).toMatchObject({ active: false, scope: "/other" });
});

test("a level is reached, and an agent halted, by what several have added together", async () => {
  const database = new MemoryDatabase();
  await database.putAgent("build", agent("build", { experience_points: 9_990 }));
  await database.putAgent("plan", agent("plan", { skill_points: 2 }));
  for (const add of [6, 6]) {
    const buffer = new WriteBuffer();
    const read = await database.getAgent("build");
    const plan = await database.getAgent("plan");
    if (read === null || plan === null) throw new Error("it is gone");
    buffer.bufferAgent("build", { ...read, experience_points: read.experience_points + add });
    buffer.bufferAgent("plan", { ...plan, skill_points: plan.skill_points - 1 });
    await buffer.flush(database);
  }
  expect(await database.getAgent("build")).toMatchObject({ skill_points: 2, experience_points: 0 });
  expect(await database.getAgent("plan")).toMatchObject({ skill_points: 0, active: false });
});

test("a failed flush keeps everything, and the next one writes it once", async () => {
  const database = new MemoryDatabase();
  const buffer = new WriteBuffer();
  buffer.bufferScore("build", { type: "command" });
  database.setAvailable(false);
  const failed = await buffer.flush(database);
  expect(failed).toMatchObject({ entriesWritten: 0 });
  expect(failed.errors).toHaveLength(1);
  expect(buffer.size).toBe(1);
  database.setAvailable(true);
  await buffer.flush(database);
  await buffer.flush(database);
  expect(await database.getAgent("build")).toMatchObject({ experience_points: 2 });
});

test("what is buffered during a flush waits for the next one", async () => {
  const database = new MemoryDatabase();
  const buffer = new WriteBuffer();
  buffer.bufferScore("build", { type: "tool" });
  const flushing = buffer.flush(database);
  buffer.bufferScore("build", { type: "commit" });
  await flushing;
  await Promise.all([buffer.flush(database), buffer.flush(database)]);
  expect(buffer.isEmpty).toBe(true);
  expect(await database.getAgent("build")).toMatchObject({ experience_points: 6 });
});

test("an agent is read with what is not flushed yet, also while a flush is under way", async () => {
  const database = new MemoryDatabase();
  const buffer = new WriteBuffer();
  expect(await buffer.readAgent(database, "build")).toBeNull();
  for (let round = 1; round <= 20; round += 1) {
    buffer.bufferScore("build", { type: "tool" });
    const flushing = buffer.flush(database);
    const readings = await Promise.all(
      Array.from({ length: 5 }, () => buffer.readAgent(database, "build")),
    );
    expect(readings.map((read) => read?.experience_points)).toEqual(Array(5).fill(round));
    await flushing;
  }
});

test("what no database would take is refused when it is buffered", () => {
  const buffer = new WriteBuffer();
  const code = "TRACKER_RECORD_INVALID";
  const refused = (buffering: () => void): void =>
    expect(buffering).toThrow(expect.objectContaining({ code }));
  refused(() => buffer.bufferAgent("", agent("")));
  refused(() => buffer.bufferAgent("a", agent("a", { updated_at: new Date(Number.NaN) })));
  refused(() => buffer.bufferCommit("/shop", "", commit("")));
  refused(() => buffer.bufferCommit("\ud800", "1", commit("1")));
  refused(() => buffer.bufferActivity("a", activity("x", { timestamp: "" })));
  refused(() => buffer.bufferActivity("a", { timestamp: "2026" } as never));
  refused(() => buffer.bufferCommunicationEvent(graded("a", { grade: 4 as never })));
  refused(() =>
    buffer.bufferRetrospective("a", "1", retrospective("1", { user_grade: 0 as never })),
  );
  refused(() => buffer.bufferScore("a", { type: "nothing" } as never));
  expect(buffer.isEmpty).toBe(true);
});

test("a database of another package gets puts, and keeps what it refuses waiting", async () => {
  const inner = new MemoryDatabase();
  const refusing: Database = { ...putsOnly(inner), putActivity: async () => false };
  const buffer = new WriteBuffer();
  buffer.bufferScore("build", { type: "commit" }, { commit: { project: "/shop", hash: "1" } });
  buffer.bufferCommit("/shop", "1", commit("1"));
  buffer.bufferActivity("build", activity("x"));
  buffer.bufferRetrospective("build", "1", retrospective("1"));
  buffer.bufferCommunicationEvent(graded("build"));
  expect(await buffer.flush(refusing)).toMatchObject({
    entriesWritten: 4,
    errors: [expect.any(String)],
  });
  expect(buffer.size).toBe(1);
  buffer.bufferScore("build", { type: "commit" }, { commit: { project: "/shop", hash: "1" } });
  expect(await buffer.flush(putsOnly(inner))).toEqual({ entriesWritten: 1, errors: [] });
  expect(await inner.getActivities("build")).toHaveLength(1);
  expect(await inner.getAgent("build")).toMatchObject({ total_commits: 1, experience_points: 5 });
});

test("what is buffered while a database of another package is put into waits for the next flush", async () => {
  const inner = new MemoryDatabase();
  const buffer = new WriteBuffer();
  const slow: Database = {
    ...putsOnly(inner),
    putAgent: async (id, data) => {
      buffer.bufferScore("other", { type: "tool" });
      return inner.putAgent(id, data);
    },
  };
  buffer.bufferScore("build", { type: "tool" });
  await buffer.flush(slow);
  expect(buffer.size).toBe(1);
  await buffer.flush(putsOnly(inner));
  expect(await inner.getAgent("other")).toMatchObject({ experience_points: 1 });
});

test("a buffer with a journal cannot be put into a database of another package: it would count twice", async () => {
  const folder = join(temporaryFolder(), "journals");
  const buffer = new WriteBuffer({ journal: new Journal(folder) });
  buffer.bufferScore("build", { type: "tool" });
  const inner = new MemoryDatabase();
  expect((await buffer.flush(putsOnly(inner))).errors).toHaveLength(1);
  expect([buffer.size, await inner.getAgent("build")]).toEqual([1, null]);
  await buffer.close();
});

test("a commit whose agent was refused is not put either, for it would not be counted any more", async () => {
  const inner = new MemoryDatabase();
  const buffer = new WriteBuffer();
  const refusing: Database = { ...putsOnly(inner), putAgent: async () => false };
  buffer.bufferScore("build", { type: "commit" }, { commit: { project: "/shop", hash: "1" } });
  buffer.bufferCommit("/shop", "1", commit("1"));
  await buffer.flush(refusing);
  expect(await inner.getCommit("/shop", "1")).toBeNull();
  await buffer.flush(putsOnly(inner));
  expect(await inner.getAgent("build")).toMatchObject({ total_commits: 1 });
  expect(await inner.getCommit("/shop", "1")).not.toBeNull();
});

test("records from a list, and those of the buffer itself, add up, too", async () => {
  const database = new MemoryDatabase();
  const buffer = new WriteBuffer();
  await database.putAgent("build", agent("build", { experience_points: 100 }));
  const [listed] = await database.listAgents();
  const read = await buffer.readAgent(database, "build");
  if (listed === undefined || read === null) throw new Error("it is gone");
  const other = new WriteBuffer();
  other.bufferScore("build", { type: "commit" });
  await other.flush(database);
  buffer.bufferAgent("build", { ...listed, experience_points: listed.experience_points + 10 });
  buffer.bufferAgent("build", { ...read, experience_points: read.experience_points + 20 });
  await buffer.flush(database);
  expect(await database.getAgent("build")).toMatchObject({ experience_points: 135 });
});

test("records that somebody has made with one date are told apart", async () => {
  const database = new MemoryDatabase();
  const buffer = new WriteBuffer();
  const one = agent("one");
  buffer.bufferAgent("one", one);
  buffer.bufferAgent("other", { ...agent("other", { total_bugs: 3 }), created_at: one.created_at });
  await buffer.flush(database);
  expect(await database.getAgent("other")).toMatchObject({ total_bugs: 3 });
});

test("a record with texts for its times is stored as it is", async () => {
  const database = new MemoryDatabase();
  const buffer = new WriteBuffer();
  buffer.bufferAgent("build", JSON.parse(JSON.stringify(agent("build", { total_bugs: 2 }))));
  await buffer.flush(database);
  expect(await database.getAgent("build")).toEqual(agent("build", { total_bugs: 2 }));
});

test("what was cleared can be buffered again", async () => {
  const database = new MemoryDatabase();
  const buffer = new WriteBuffer();
  await database.putAgent("build", agent("build"));
  const read = await database.getAgent("build");
  if (read === null) throw new Error("it is gone");
  read.experience_points = 5;
  buffer.bufferAgent("build", read);
  read.experience_points = 7;
  buffer.bufferAgent("build", read);
  buffer.clear();
  buffer.bufferAgent("build", read);
  await buffer.flush(database);
  expect(await database.getAgent("build")).toMatchObject({ experience_points: 7 });
});

test("two that raise a level by themselves at the same time raise it once", async () => {
  const database = new MemoryDatabase();
  await database.putAgent("build", agent("build", { experience_points: 9_999 }));
  const reads = [await database.getAgent("build"), await database.getAgent("build")];
  for (const read of reads) {
    if (read === null) throw new Error("it is gone");
    const buffer = new WriteBuffer();
    buffer.bufferAgent("build", { ...read, skill_points: 2, experience_points: 0 });
    await buffer.flush(database);
  }
  expect(await database.getAgent("build")).toMatchObject({ skill_points: 2, experience_points: 1 });
});

test("no number of an agent becomes negative by what several have taken off, but for its level", async () => {
  const database = new MemoryDatabase();
  await database.putAgent(
    "build",
    agent("build", { experience_points: 5, communication_score: 1 }),
  );
  const reads = [await database.getAgent("build"), await database.getAgent("build")];
  for (const read of reads) {
    if (read === null) throw new Error("it is gone");
    const buffer = new WriteBuffer();
    buffer.bufferAgent("build", { ...read, experience_points: 0, communication_score: 0 });
    await buffer.flush(database);
  }
  expect(await database.getAgent("build")).toMatchObject({
    experience_points: 0,
    communication_score: 0,
  });
});

test("a commit that is told again is seen once at any time", async () => {
  const database = new MemoryDatabase();
  const buffer = new WriteBuffer();
  const tell = (agentId: string): void => {
    buffer.bufferScore(agentId, { type: "commit" }, { commit: { project: "/shop", hash: "1" } });
    buffer.bufferCommit("/shop", "1", commit("1"));
  };
  for (let round = 0; round < 2; round += 1) {
    tell("build");
    tell("build");
    expect(await buffer.readAgent(database, "build")).toMatchObject({ total_commits: 1 });
    await buffer.flush(database);
    expect(await buffer.readAgent(database, "build")).toMatchObject({ total_commits: 1 });
  }
  tell("other");
  expect(await buffer.readAgent(database, "other")).toBeNull();
});

test("what is buffered together is there as a whole, or not at all", () => {
  const buffer = new WriteBuffer();
  expect(() =>
    buffer.bufferTogether(() => {
      buffer.bufferScore("build", { type: "commit" });
      buffer.bufferCommit("/shop", "", commit("1"));
    }),
  ).toThrow(expect.objectContaining({ code: "TRACKER_RECORD_INVALID" }));
  expect(buffer.isEmpty).toBe(true);
  buffer.bufferTogether(() => {
    buffer.bufferScore("build", { type: "commit" });
    buffer.bufferCommit("/shop", "1", commit("1"));
    expect(() => buffer.bufferTogether(() => undefined)).toThrow(TypeError);
  });
  expect(buffer.size).toBe(2);
});

test("a record that was handed over in vain can be handed over again", async () => {
  const database = new MemoryDatabase();
  const buffer = new WriteBuffer();
  await database.putAgent("build", agent("build"));
  const read = await database.getAgent("build");
  if (read === null) throw new Error("it is gone");
  read.total_bugs = 1;
  expect(() =>
    buffer.bufferTogether(() => {
      buffer.bufferAgent("build", read);
      throw new Error("no");
    }),
  ).toThrow("no");
  buffer.bufferScore("build", { type: "tool" });
  buffer.bufferAgent("build", read);
  await buffer.flush(database);
  expect(await database.getAgent("build")).toMatchObject({ total_bugs: 1, experience_points: 1 });
});

test("a flush never rejects, whatever a database throws, and the next one is tried", async () => {
  const inner = new MemoryDatabase();
  const buffer = new WriteBuffer();
  const odd: unknown = Object.create(null);
  const throwing: Database = { ...putsOnly(inner), getAgent: () => Promise.reject(odd) };
  buffer.bufferScore("build", { type: "tool" });
  expect((await buffer.flush(throwing)).errors).toHaveLength(1);
  expect((await buffer.flush(putsOnly(inner))).errors).toEqual([]);
});

test("a commit stays with the agent that told it first", async () => {
  const database = new MemoryDatabase();
  for (const agentId of ["one", "other"]) {
    const buffer = new WriteBuffer();
    buffer.bufferScore(agentId, { type: "commit" }, { commit: { project: "/shop", hash: "1" } });
    buffer.bufferCommit("/shop", "1", commit("1", { agent_id: agentId }));
    await buffer.flush(database);
  }
  expect(await database.getCommit("/shop", "1")).toMatchObject({ agent_id: "one" });
  expect(await database.getAgent("other")).toBeNull();
});

test("what would be too deep for a database is refused, and so are numbers that do not add up", () => {
  const buffer = new WriteBuffer();
  let deep: unknown = "x";
  for (let level = 0; level < 600; level += 1) deep = [deep];
  const code = "TRACKER_RECORD_INVALID";
  const more: object = { ...activity("x"), deep };
  expect(() => buffer.bufferActivity("build", Object.assign(activity("x"), more))).toThrow(
    expect.objectContaining({ code }),
  );
  const huge = agent("build", { experience_points: Number.MAX_VALUE });
  expect(() => buffer.bufferAgent("build", huge)).toThrow(expect.objectContaining({ code }));
  expect(buffer.isEmpty).toBe(true);
});

test("flushes that are asked for while one is under way share the next one", async () => {
  const inner = new MemoryDatabase();
  let puts = 0;
  const database: Database = {
    ...putsOnly(inner),
    putAgent: (id, data) => {
      puts += 1;
      return inner.putAgent(id, data);
    },
  };
  const buffer = new WriteBuffer();
  buffer.bufferScore("build", { type: "tool" });
  const first = buffer.flush(database);
  await Promise.resolve();
  buffer.bufferScore("build", { type: "tool" });
  const others = Array.from({ length: 10 }, () => buffer.flush(database));
  expect(new Set(others).size).toBe(1);
  await Promise.all([first, ...others]);
  expect(puts).toBeLessThanOrEqual(2);
  expect(await inner.getAgent("build")).toMatchObject({ experience_points: 2 });
});

const grade = fc.constantFrom<Grade>(-1, 1, 2, 5);
const scoreEvent: fc.Arbitrary<ScoreEvent> = fc.oneof(
  fc.constantFrom("tool", "command", "commit", "bug", "reinstate").map((type) => ({ type })),
  fc.record({ type: fc.constant("grade"), agentGrade: grade, userGrade: grade }),
  fc.record({ type: fc.constant("communication"), grade }),
);

test("however events are put together into flushes, the score is that of one after the other", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(scoreEvent, fc.boolean())), async (steps) => {
      const start = { skill_points: 1, experience_points: 9_995, communication_score: 2 };
      const database = new MemoryDatabase();
      await database.putAgent("build", agent("build", start));
      const buffer = new WriteBuffer();
      for (const [event, flushes] of steps) {
        buffer.bufferScore("build", event);
        if (flushes) await buffer.flush(database);
      }
      const expected = steps
        .map(([event]) => event)
        .reduce(applyScoreEvent, { ...createAgentScore(), ...start });
      expect(await buffer.readAgent(database, "build")).toMatchObject(expected);
      await buffer.flush(database);
      expect(await database.getAgent("build")).toMatchObject(expected);
    }),
  );
});
