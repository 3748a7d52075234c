import { expect, test } from "vitest";

import type { TrackRecord } from "../src/track-record.ts";
import { WriteBuffer } from "../src/write-buffer.ts";
import {
  activity,
  agent,
  commit,
  graded,
  MORNING,
  retrospective,
} from "./support/sample-records.ts";

/** What every database of agents keeps. `open` gives an empty one. */
export function testDatabase(name: string, open: () => TrackRecord): void {
  /** A test with a database of its own. */
  function keeps(title: string, check: (database: TrackRecord) => Promise<void>): void {
    // What it checks is in `check`.
    // oxlint-disable-next-line vitest/expect-expect
    test(`${name}: ${title}`, async () => {
      const database = open();
      try {
        await check(database);
      } finally {
        await database.close();
      }
    });
  }

  keeps("it gives back what was put, and null for what nobody has put", async (database) => {
    expect(await database.getAgent("build")).toBeNull();
    expect(await database.getCommit("/shop", "c0ffee")).toBeNull();
    expect(await database.putAgent("build", agent("build"))).toBe(true);
    expect(await database.putCommit("/shop", "c0ffee", commit("c0ffee"))).toBe(true);
    expect(await database.getAgent("build")).toEqual(agent("build"));
    expect(await database.getCommit("/shop", "c0ffee")).toEqual(commit("c0ffee"));
    expect(await database.getCommit("/shop", "c0ffe")).toBeNull();
  });

  keeps("what is put again takes the place of what was there", async (database) => {
    await database.putAgent("build", agent("build"));
    await database.putAgent("build", agent("build", { total_bugs: 3 }));
    expect(await database.getAgent("build")).toEqual(agent("build", { total_bugs: 3 }));
  });

  keeps(
    "events come in the order of time, whatever the order in which they were put",
    async (database) => {
      const at = (second: number): string =>
        new Date(MORNING.getTime() + second * 1000).toISOString();
      for (const second of [3, 1, 2]) {
        await database.putActivity("build", activity(`task ${second}`, { timestamp: at(second) }));
        await database.putRetrospective(
          "build",
          "c",
          retrospective("c", { timestamp: at(second), task: `${second}` }),
        );
        await database.putCommunicationEvent(
          graded("build", { timestamp: new Date(at(second)), reason: `${second}` }),
        );
      }
      const tasks = (await database.getActivities("build")).map(({ task }) => task);
      expect(tasks).toEqual(["task 1", "task 2", "task 3"]);
      expect((await database.getRetrospectives("build")).map(({ task }) => task)).toEqual([
        "1",
        "2",
        "3",
      ]);
      expect((await database.getCommunicationEvents("build")).map(({ reason }) => reason)).toEqual([
        "1",
        "2",
        "3",
      ]);
    },
  );

  keeps("of many events, the last ones are given, 100 unless told", async (database) => {
    const buffer = new WriteBuffer();
    for (let second = 0; second < 150; second += 1) {
      const timestamp = new Date(MORNING.getTime() + second * 1000).toISOString();
      buffer.bufferActivity("build", activity(`task ${second}`, { timestamp }));
    }
    await buffer.flush(database);
    const tasks = (await database.getActivities("build", 2)).map(({ task }) => task);
    expect(tasks).toEqual(["task 148", "task 149"]);
    expect((await database.getActivities("build"))[0]?.task).toBe("task 50");
    expect(await database.getActivities("build", Infinity)).toHaveLength(150);
  });

  keeps("1000 events of one millisecond are 1000 events, in their order", async (database) => {
    const buffer = new WriteBuffer();
    for (let index = 0; index < 1000; index += 1) {
      buffer.bufferActivity("build", activity(`task ${index}`));
    }
    expect(await buffer.flush(database)).toEqual({ entriesWritten: 1000, errors: [] });
    const tasks = (await database.getActivities("build", 2000)).map(({ task }) => task);
    expect(tasks).toEqual(Array.from({ length: 1000 }, (_, index) => `task ${index}`));
  });

  keeps(
    "no agent sees the events of another one, whatever their ids have in common",
    async (database) => {
      const ids = [
        "a",
        "a:b",
        "a\u0001b",
        "\u0003",
        "é",
        "e\u0301",
        "a b",
        "ab",
        "A",
        "__proto__",
        "x".repeat(5000),
        `${"x".repeat(4999)}y`,
      ];
      for (const id of ids) {
        await database.putAgent(id, agent(id));
        await database.putActivity(id, activity(`of ${id}`));
        await database.putCommunicationEvent(graded(id));
        await database.putCommit(`/home/${id}`, `hash of ${id}`, commit(id));
      }
      for (const id of ids) {
        expect((await database.getActivities(id)).map(({ task }) => task)).toEqual([`of ${id}`]);
        expect((await database.getCommunicationEvents(id)).map((event) => event.agent_id)).toEqual([
          id,
        ]);
        expect((await database.getAgent(id))?.id).toBe(id);
        expect((await database.getCommit(`/home/${id}`, `hash of ${id}`))?.commit_hash).toBe(id);
      }
      expect((await database.listAgents()).map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    },
  );

  keeps("a path and a hash are told apart, wherever a colon stands", async (database) => {
    await database.putCommit("/a:b", "c", commit("one"));
    await database.putCommit("/a", "b:c", commit("other"));
    expect((await database.getCommit("/a:b", "c"))?.commit_hash).toBe("one");
    expect((await database.getCommit("/a", "b:c"))?.commit_hash).toBe("other");
  });

  keeps("fields that nobody knows are kept", async (database) => {
    const data = { ...agent("build"), mood: "fine", tools: ["read"] };
    await database.putAgent("build", data);
    expect(await database.getAgent("build")).toEqual(data);
  });

  test.each([
    ["an agent without a name", (database: TrackRecord) => database.putAgent("", agent(""))],
    ["half a character", (database: TrackRecord) => database.putActivity("\ud800", activity("x"))],
    [
      "no number",
      (database: TrackRecord) => database.putAgent("a", agent("a", { total_bugs: Number.NaN })),
    ],
    [
      "no time",
      (database: TrackRecord) =>
        database.putActivity("a", activity("x", { timestamp: "yesterday" })),
    ],
    [
      "a time before 1970",
      (database: TrackRecord) =>
        database.putActivity("a", activity("x", { timestamp: "1969-12-31" })),
    ],
    [
      "no grade",
      (database: TrackRecord) =>
        database.putCommunicationEvent(graded("a", JSON.parse('{ "grade": 3 }'))),
    ],
    [
      "a text of a mebibyte",
      (database: TrackRecord) => database.putActivity("a", activity("x".repeat(2 ** 20))),
    ],
  ])(`${name}: %s is a typed error, and nothing is stored`, async (_, put) => {
    const database = open();
    await expect(put(database)).rejects.toMatchObject({ code: "TRACKER_RECORD_INVALID" });
    const found = [];
    for await (const record of database.records()) found.push(record);
    expect(found).toEqual([]);
    await database.close();
  });

  keeps("events of a stream are applied once, however often they come", async (database) => {
    const event = (number: number) => ({
      number,
      event: { type: "score", agent: "build", at: 0, score: { type: "tool" } } as const,
    });
    const first = { stream: "one-1", events: [event(1), event(2)] };
    expect(await database.applyEvents(first)).toEqual({ entriesWritten: 1, applied: 2 });
    expect(await database.applyEvents(first)).toEqual({ entriesWritten: 0, applied: 2 });
    const more = { stream: "one-1", events: [event(2), event(3)] };
    expect(await database.applyEvents(more)).toEqual({ entriesWritten: 1, applied: 3 });
    await database.applyEvents({ ...first, stream: "two-2" });
    expect((await database.getAgent("build"))?.experience_points).toBe(5);
    expect(await database.getAgentState("build", "one-1")).toMatchObject({ applied: 3 });
  });

  keeps("a batch with a commit counts it once for its agent", async (database) => {
    const buffer = new WriteBuffer();
    const told = { project: "/shop", hash: "c0ffee" };
    for (let again = 0; again < 3; again += 1) {
      buffer.bufferScore("build", { type: "commit" }, { commit: told });
      buffer.bufferCommit("/shop", "c0ffee", commit("c0ffee"));
      if (again === 1) await buffer.flush(database);
    }
    await buffer.flush(database);
    expect(await database.getAgent("build")).toMatchObject({
      total_commits: 1,
      experience_points: 5,
    });
  });

  keeps("the score over time has a point for each hour in which it changed", async (database) => {
    await database.putAgent("build", agent("build"));
    await database.putAgent("build", agent("build", { communication_score: 67 }));
    const history = await database.getScoreHistory("build");
    expect(history).toHaveLength(1);
    expect(history[0]).toMatchObject({ communication_score: 67, skill_points: 1 });
  });

  keeps("commits and grades are listed by agent and by project", async (database) => {
    await database.putCommit("/a", "1", commit("1", { project_path: "/a" }));
    await database.putCommit("/b", "2", commit("2", { project_path: "/b" }));
    await database.putCommit("/b", "3", commit("3", { project_path: "/b", agent_id: "plan" }));
    await database.putCommunicationEvent(graded("plan", { project_path: "/b" }));
    const hashes = async (filter: object): Promise<string[]> =>
      (await database.listCommits(filter)).map(({ commit_hash }) => commit_hash);
    expect(await hashes({})).toEqual(["1", "2", "3"]);
    expect(await hashes({ projectPath: "/b" })).toEqual(["2", "3"]);
    expect(await hashes({ projectPath: "/b", agentId: "build" })).toEqual(["2"]);
    expect(await database.listCommunicationEvents({ projectPath: "/a" })).toEqual([]);
    expect(await database.listCommunicationEvents({ agentId: "plan" })).toHaveLength(1);
  });

  keeps(
    "all records go into another database and back, and again nothing changes",
    async (database) => {
      await fillWithEverything(database);
      const records = [];
      for await (const record of database.records()) records.push(record);
      const other = open();
      expect(await other.addMissing(records)).toEqual({ added: records.length, skipped: 0 });
      expect(await other.addMissing(records)).toEqual({ added: 0, skipped: records.length });
      expect(await database.addMissing(other.records())).toEqual({
        added: 0,
        skipped: records.length,
      });
      expect(await other.getActivities("build")).toEqual(await database.getActivities("build"));
      expect(await other.listCommits()).toEqual(await database.listCommits());
      await other.close();
    },
  );

  keeps("the same event twice in a millisecond stays two when it is copied", async (database) => {
    const buffer = new WriteBuffer();
    buffer.bufferActivity("build", activity("again"));
    buffer.bufferActivity("build", activity("again"));
    await buffer.flush(database);
    const other = open();
    await other.putActivity("build", activity("again"));
    expect(await other.addMissing(database.records())).toMatchObject({ added: 1, skipped: 1 });
    expect(await other.getActivities("build")).toHaveLength(2);
    await other.close();
  });

  keeps(
    "pruning removes commits and events that are older, and shows them first",
    async (database) => {
      const later = new Date(MORNING.getTime() + 86_400_000);
      await fillWithEverything(database);
      await database.putActivity("build", activity("young", { timestamp: later.toISOString() }));
      await database.putActivity("plan", activity("old"));
      await database.putCommit("/shop", "young", commit("young", { timestamp: later }));
      const archived: string[] = [];
      const result = await database.prune({
        before: later,
        archive: (records) => void archived.push(...records.map(({ type }) => type)),
      });
      expect(result).toEqual({ commits: 1, communication: 1, retrospectives: 1, activities: 2 });
      expect(archived.toSorted()).toEqual([
        "activity",
        "activity",
        "commit",
        "communication",
        "retrospective",
      ]);
      expect((await database.getActivities("build")).map(({ task }) => task)).toEqual(["young"]);
      expect(await database.getActivities("plan")).toEqual([]);
      expect(await database.listCommits()).toHaveLength(1);
      expect(await database.getAgent("build")).not.toBeNull();
    },
  );

  keeps("what is put again while it is archived stays", async (database) => {
    await database.putCommit("/home/me/shop", "c0ffee", commit("c0ffee"));
    const later = new Date(MORNING.getTime() + 86_400_000);
    const archive = async (): Promise<void> => {
      const again = commit("c0ffee", { timestamp: later });
      await database.putCommit("/home/me/shop", "c0ffee", again);
    };
    expect(await database.prune({ before: later, archive })).toMatchObject({ commits: 0 });
    expect(await database.getCommit("/home/me/shop", "c0ffee")).toMatchObject({ timestamp: later });
  });

  keeps("what is no time is refused before anything is archived", async (database) => {
    await fillWithEverything(database);
    const archived: unknown[] = [];
    const archive = (records: readonly unknown[]): void => void archived.push(...records);
    const prune = (before: unknown): Promise<unknown> =>
      database.prune(Object.assign({ before: new Date(), archive }, { before }));
    for (const before of ["2999-01-01", Date.now(), undefined, null]) {
      await expect(prune(before)).rejects.toThrow(TypeError);
    }
    await expect(prune(new Date(Number.NaN))).rejects.toThrow(RangeError);
    expect(archived).toEqual([]);
    expect(await database.listCommits()).toHaveLength(1);
  });

  keeps("what cannot be archived is not removed", async (database) => {
    await fillWithEverything(database);
    const archive = () => {
      throw new Error("the disk is full");
    };
    await expect(database.prune({ before: new Date(), archive })).rejects.toThrow(
      "the disk is full",
    );
    expect(await database.listCommits()).toHaveLength(1);
  });

  test(`${name}: closed, it gives nothing, and takes nothing`, async () => {
    const database = open();
    await database.putAgent("build", agent("build"));
    await database.close();
    await database.close();
    expect(database.isAvailable).toBe(false);
    expect(await database.putAgent("build", agent("build"))).toBe(false);
    expect(await database.putCommit("/a", "1", commit("1"))).toBe(false);
    expect(await database.putCommunicationEvent(graded("build"))).toBe(false);
    expect(await database.putRetrospective("build", "1", retrospective("1"))).toBe(false);
    expect(await database.putActivity("build", activity("x"))).toBe(false);
    expect(await database.getAgent("build")).toBeNull();
    expect(await database.getCommit("/a", "1")).toBeNull();
    expect(await database.getCommunicationEvents("build")).toEqual([]);
    expect(await database.getRetrospectives("build")).toEqual([]);
    expect(await database.getActivities("build")).toEqual([]);
    expect(await database.listAgents()).toEqual([]);
    // To end as if there were nothing would make an empty export of a full database.
    const unavailable = { name: "TrackerError", code: "TRACKER_UNAVAILABLE" };
    await expect(database.records().next()).rejects.toMatchObject(unavailable);
    const buffer = new WriteBuffer();
    buffer.bufferActivity("build", activity("x"));
    const { entriesWritten, errors } = await buffer.flush(database);
    expect({ entriesWritten, waiting: buffer.size }).toEqual({ entriesWritten: 0, waiting: 1 });
    expect(errors[0]).toContain("TRACKER_UNAVAILABLE");
  });
}

async function fillWithEverything(database: TrackRecord): Promise<void> {
  await database.putAgent("build", agent("build"));
  await database.putCommit("/home/me/shop", "c0ffee", commit("c0ffee"));
  await database.putCommunicationEvent(graded("build"));
  await database.putRetrospective("build", "c0ffee", retrospective("c0ffee"));
  await database.putActivity("build", activity("the login form"));
}
