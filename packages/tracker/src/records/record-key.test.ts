import fc from "fast-check";
import { expect, test } from "vitest";

import { keyOf } from "@x/registry-core";

import { agentKey, commitKey, eventKey, eventsAt, eventsBefore, eventsOf } from "./record-key.ts";

const id = fc.string({ unit: "binary", minLength: 1, maxLength: 500 });
const time = fc.integer({ min: 0, max: 8.64e15 });

function isWithin(key: string, { gte, lt }: { gte: string; lt: string }): boolean {
  return (
    Buffer.compare(Buffer.from(key), Buffer.from(gte)) >= 0 &&
    Buffer.compare(Buffer.from(key), Buffer.from(lt)) < 0
  );
}

test("every id makes a key that every engine takes, and different ids different keys", () => {
  fc.assert(
    fc.property(id, id, (one, other) => {
      expect(Buffer.byteLength(commitKey(one, other))).toBeLessThanOrEqual(1024);
      expect(agentKey(one) === agentKey(other)).toBe(one === other);
      expect(commitKey(one, other) === commitKey(other, one)).toBe(one === other);
    }),
  );
});

test("an ordinary id is its own key", () => {
  expect(agentKey("build@anthropic/claude:4")).toBe("build@anthropic/claude:4");
  expect(eventKey("a", 5, 7)).toBe(keyOf("a", 5, 7));
});

test("an event is in the ranges of its agent and its moment, and in those of no other", () => {
  fc.assert(
    fc.property(id, id, time, time, fc.nat(), (one, other, at, before, number) => {
      const key = eventKey(one, at, number);
      expect(isWithin(key, eventsOf(one))).toBe(true);
      expect(isWithin(key, eventsOf(other))).toBe(one === other);
      expect(isWithin(key, eventsAt(one, at))).toBe(true);
      expect(isWithin(key, eventsAt(one, before))).toBe(at === before);
      expect(isWithin(key, eventsBefore(one, before))).toBe(at < before);
    }),
  );
});
