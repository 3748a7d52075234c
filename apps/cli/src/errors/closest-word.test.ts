import fc from "fast-check";
import { expect, test } from "vitest";

import { closestWord } from "./closest-word.ts";

const WORDS = ["status", "plans", "planning", "lease", "list", "tracker", "doctor", "restore"];

test.each([
  ["stats", "status"],
  ["statsu", "status"],
  ["plasn", "plans"],
  ["plan", "plans"],
  ["leases", "lease"],
  ["lsit", "list"],
  ["trcker", "tracker"],
  ["xdoctor", "doctor"],
  ["stat", "status"],
  ["rest", "restore"],
  ["sutats", "status"],
  ["tarkcer", "tracker"],
  ["plann", "plans"],
  ["planni", "planning"],
])("who types %s meant %s", (typed, word) => {
  expect(closestWord(typed, WORDS)).toBe(word);
});

test.each(["", "x", "st", "push", "frobnicate", "rlease1", "ocdtor", "x".repeat(100_000)])(
  "nobody can say what %.20j means",
  (typed) => {
    expect(closestWord(typed, WORDS)).toBeUndefined();
  },
);

test("of several, the one with the fewest slips is meant, wherever it stands", () => {
  expect(closestWord("abcdef", ["abcdxy", "abcdex"])).toBe("abcdex");
  expect(closestWord("abcdef", ["abcdex", "abcdef"])).toBe("abcdef");
});

test("one slip in a word of the list leads back to it, whatever the slip", () => {
  const slip = fc.constantFrom("more", "less", "other", "places" as const);
  fc.assert(
    fc.property(fc.constantFrom("status", "tracker"), fc.nat(5), slip, (word, place, kind) => {
      const [start, end] = [word.slice(0, place), word.slice(place)];
      const typed = {
        more: `${start}#${end}`,
        less: start + end.slice(1),
        other: `${start}#${end.slice(1)}`,
        places: start + (end[1] ?? "") + (end[0] ?? "") + end.slice(2),
      }[kind];
      expect(closestWord(typed ?? "", WORDS)).toBe(word);
    }),
  );
});
