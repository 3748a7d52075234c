import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import { listPlans, registerPlan } from "../src/session-plans/index.ts";
import { ARBITRARY } from "./support/arbitrary-documents.ts";
import {
  CARRIED,
  LOST_NAIVELY,
  nested,
  nulBytes,
  plan,
  planWith,
} from "./support/damaged-registries.ts";
import { asidesIn, projectWith, registryPath, writePlan } from "./support/plan-project.ts";
import {
  faultsOf,
  PLAN,
  type Register,
  registerNaively,
  SESSION,
} from "./support/registration-faults.ts";

// Here nobody cuts the power; thousands of files would wait for the disk, one after the other.
vi.mock(import("node:fs"), async (importOriginal) => {
  const original = await importOriginal();
  const fsyncSync = (): void => {};
  return { ...original, fsyncSync, default: { ...original.default, fsyncSync } };
});

const MINUTES = 60_000;
const numRuns = isLongTier ? 5_000 : 40;

const QUICKLY = { durability: "none" } as const;

/** A registry as we write it, with three sessions and one that is to register again. */
async function wholeText(): Promise<string> {
  const dir = projectWith();
  const ids = ["ses_66d0f3a1b2c3AbCdEf", "ses_66e1a8d4e5f6GhIjKl", "ses_66d4b7a7b8c9MnOpQr"];
  for (const [index, id] of ids.entries()) await registerPlan(dir, id, `p${index}`, QUICKLY);
  await registerPlan(dir, SESSION, "old", { parentID: ids[0], ...QUICKLY });
  return readFileSync(registryPath(dir), "utf8");
}

type Probe = (content: string | Uint8Array) => Promise<string[]>;

/** Tells what is wrong with registrations over ever other contents, each in a project of its own. */
function prober(register?: Register): Probe {
  const root = temporaryFolder();
  let projects = 0;
  return async (content) => {
    const dir = join(root, String((projects += 1)));
    mkdirSync(join(dir, ".ai"), { recursive: true });
    writePlan(dir, PLAN);
    const faults = await faultsOf(dir, content, register);
    rmSync(dir, { recursive: true });
    return faults;
  };
}

test("a naive registration over a sound registry is not blamed: it is what is damaged that it loses", async () => {
  expect(await prober(registerNaively)(await wholeText())).toEqual([]);
});

describe("a registry", () => {
  test.each(Object.entries(LOST_NAIVELY))(
    "%s is read, and nothing of it is lost when a session registers; a naive registration loses some",
    async (_, damage) => {
      const content = damage(await wholeText());
      expect(await prober(registerNaively)(content)).not.toEqual([]);
      expect(await prober()(content)).toEqual([]);
    },
  );

  test.each(Object.entries(CARRIED))(
    "%s is read, and nothing of it is lost when a session registers",
    async (_, damage) => expect(await prober()(damage(await wholeText()))).toEqual([]),
  );

  test("that is cut at any byte is set aside", async () => {
    const whole = Buffer.from(await wholeText());
    const probe = prober();
    // In the short tier at some of them: no multiple of how a line is indented.
    const step = isLongTier ? 1 : 13;
    for (let length = 0; length <= whole.length; length += step) {
      expect([length, ...(await probe(whole.subarray(0, length)))]).toEqual([length]);
    }
  });

  test.each([
    ["of arrays", nested],
    ["of arrays that are not closed", (levels: number) => "[".repeat(levels)],
    ["of objects", (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`],
    ["beside plans", (levels: number) => `{"odd": ${nested(levels)}, "ses_66e": ${plan}}`],
    ["in what is no plan", (levels: number) => `{"ses_66d": {"plan": ${nested(levels)}}}`],
    ["in what are no sessions", (levels: number) => `{"ses_66d": {"sessions": ${nested(levels)}}}`],
    ["in a plan", (levels: number) => `{"ses_66d": ${planWith(`"odd": ${nested(levels)}`)}}`],
    ["in another plan", (levels: number) => `{"ses_66e": ${planWith(`"odd": ${nested(levels)}`)}}`],
  ])("of ever more levels %s is read, and nothing of it is lost", async (_, textOf) => {
    const probe = prober();
    for (const levels of [100, 990, 996, 997, 998, 999, 1_000, 1_001, 1_010, 3_000, 100_000]) {
      expect([levels, ...(await probe(textOf(levels)))]).toEqual([levels]);
    }
  });

  test(
    "with a number of many digits is read, and is not gone through once for each of them",
    async () => {
      const probe = prober();
      for (const number of ["1.01", "1.10", "1.0", "-0.01", "10", "100e1"]) {
        expect(await probe(`{"odd": ${number.replace("0", "0".repeat(600_000))}}`)).toEqual([]);
      }
    },
    // Once for each takes many minutes.
    2 * MINUTES,
  );

  test.each([
    ["sound", (text: string) => text.replace("{", `{"odd": "${"x".repeat(50_000_000)}",`)],
    ["white", () => " ".repeat(50_000_000)],
    ["NUL", () => nulBytes(50_000_000)],
  ])("of 50 MB, all %s, is not read, and set aside", async (_, enlarge) => {
    const dir = projectWith(PLAN);
    expect(await faultsOf(dir, enlarge(await wholeText()))).toEqual([]);
    expect(asidesIn(dir)).toHaveLength(1);
    expect(await listPlans(dir)).toMatchObject([{ sessionID: SESSION, plan: PLAN }]);
  });

  test.each(ARBITRARY)(
    "%s is read, and nothing of it is lost when a session registers",
    async (_, arbitraryOf) => {
      const probe = prober();
      const property = fc.asyncProperty(arbitraryOf(await wholeText()), async (content) => {
        expect(await probe(content)).toEqual([]);
      });
      await fc.assert(property, { numRuns });
    },
    10 * MINUTES,
  );
});
