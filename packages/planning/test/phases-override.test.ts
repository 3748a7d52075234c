import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, runTypeScript } from "../../../test/run-typescript.ts";
import { startTogether } from "../../../test/start-together.ts";
import { setPhaseStatus } from "../src/phases/index.ts";
import {
  entriesOf,
  FOLDER,
  LESSONS,
  phasesCheckout,
  ROADMAP,
  ROADMAP_TEXT,
  textOf,
} from "./phases-checkout.ts";

const program = fileURLToPath(new URL("programs/phases-force.ts", import.meta.url));
const TITLE = "## LL-1: Phase 3 was set to done without its evidence";
const REASON = "the client waits";

const withoutEvidence = (): string =>
  phasesCheckout({ [`${FOLDER}/`]: "", ".internal-research/": "" });

test("several processes that force a phase at once: one entry, one transition", async () => {
  const root = withoutEvidence();
  const children = Array.from({ length: 4 }, () => runTypeScript(program, [root, "3", REASON]));
  const endings = children.map((child) => endOf(child));
  await startTogether(children);
  const transitions = (await Promise.all(endings)).map(({ code, stdout }) => {
    expect(code).toBe(0);
    const transition: unknown = JSON.parse(stdout.replace("ready\n", ""));
    return transition;
  });
  const first = { previous: "in_progress", isChanged: true, recorded: "LL-1" };
  const others = { previous: "done", status: "done", isChanged: false };
  expect(transitions).toContainEqual(expect.objectContaining(first));
  expect(
    transitions.filter((made) => expect.objectContaining(others).asymmetricMatch(made)),
  ).toHaveLength(3);
  expect(entriesOf(root)).toEqual([TITLE]);
});

test("a process that is killed between the entry and the roadmap: the next one uses the entry", async () => {
  const root = withoutEvidence();
  const args = [root, "3", REASON, "killed before the roadmap"];
  const child = runTypeScript(program, args);
  const ending = endOf(child);
  await startTogether([child]);
  expect(await ending).toMatchObject({ signal: "SIGKILL" });
  expect(textOf(root, ROADMAP)).toBe(ROADMAP_TEXT);
  const lessons = textOf(root, LESSONS);
  expect(entriesOf(root)).toEqual([TITLE]);

  const again = setPhaseStatus(root, 3, "done", { force: true, reason: REASON });
  expect(again).toMatchObject({ previous: "in_progress", isChanged: true, recorded: "LL-1" });
  expect(textOf(root, LESSONS)).toBe(lessons);
  expect(textOf(root, ROADMAP)).toContain("- [x] **Phase 3: Login**");
});
