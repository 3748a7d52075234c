import { expect, test } from "vitest";

import { clarificationsIn } from "./clarification-log.ts";
import { openLog } from "./markdown-log.ts";
import { plansOf, summarizedPlans } from "./plan-files.ts";
import { quoted } from "./quoted-text.ts";
import { resumeOf } from "./resume.ts";
import { sectionNamed } from "./state-sections.ts";

const times = (count: number, text: string): string => text.repeat(count);
const log = (text: string) => openLog(Buffer.from(text));
const numbers = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => String(index));

/** What is done with so many; prepared before. */
type Work = (count: number) => () => unknown;

const WORKS: Readonly<Record<string, Work>> = {
  "answered questions": (count) => {
    const all = log(times(count, "## C-1\n\n> Which?\n\n### Answer\n\n> Red.\n\n"));
    return () => clarificationsIn(all);
  },
  "questions without any text": (count) => {
    const all = log(times(2 * count, "# C-1\n"));
    return () => clarificationsIn(all);
  },
  "a question of comments in code that are not closed": (count) => {
    const all = log(`## C-1\n\n~~~\n${times(4 * count, "<!--\n")}~~~\n`);
    return () => clarificationsIn(all);
  },
  "an answer of comments that are not closed": (count) => {
    const all = log(`## C-1\n\n### Answer\n\n> a ${times(4 * count, "<!-- ")}\n`);
    return () => clarificationsIn(all);
  },
  "a question of blank lines": (count) => {
    const text = `${times(8 * count, "\n")}a`;
    return () => quoted(text);
  },
  "sections of one name": (count) => {
    const all = log(times(4 * count, "# A\n"));
    return () => expect(() => sectionNamed(all, "A")).toThrow(/which one is meant/);
  },
  "plans and their summaries": (count) => {
    const names = numbers(count);
    return () => {
      const plans = plansOf(names.map((name) => `0${name}-PLAN.md`));
      const summarized = summarizedPlans(names.map((name) => `${name}-SUMMARY.md`));
      return resumeOf({
        agent: undefined,
        checkpoint: undefined,
        plans,
        summarized,
        unsuccessful: () => [],
        clarifications: [],
      });
    };
  },
};

const MANY = 20_000;

// Where each is compared with each, that is not done before the test's time is over.
test.each(Object.entries(WORKS))("very many %s are no trouble", (_, work) => {
  expect(work(MANY)).not.toThrow();
});
