import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import {
  findClosestPlan,
  listPlanFiles,
  listPlans,
  lookupPlan,
  planFileExists,
  readRegistry,
  registerPlan,
  updatePlanStatus,
} from "../src/session-plans/index.ts";
import { askProcess } from "./support/ask-process.ts";
import { projectWith, writePlan } from "./support/plan-project.ts";

// What names are called does not hang on a disk.
const QUICKLY = { durability: "none" } as const;
const LONGEST = 247;

/** A project in a folder of its own, so that what is written beside it is seen. */
function project(...plans: readonly string[]): { root: string; dir: string } {
  const root = temporaryFolder();
  const dir = join(root, "project");
  fs.mkdirSync(join(dir, ".ai"), { recursive: true });
  fs.writeFileSync(join(root, "plan-outside.md"), "# Outside\n");
  for (const plan of plans) writePlan(dir, plan);
  return { root, dir };
}

/** All that is below the folder but outside of the project's `.ai`, with what the files hold. */
function outside(root: string): string[] {
  return fs
    .readdirSync(root, { recursive: true, withFileTypes: true })
    .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
    .filter(({ path }) => !path.startsWith(join(root, "project/.ai/")))
    .map(({ entry, path }) => `${path} ${entry.isFile() ? fs.readFileSync(path, "utf8") : ""}`)
    .toSorted();
}

const twins = (text: string): [string, string] => [text.normalize("NFC"), text.normalize("NFD")];

const IDS = [
  ["../", "../../etc/passwd", "/etc/passwd", "C:\\Windows", ".", "..", ".ai/plan-a", "a/../b"],
  ["a\0b", "\0", "line\nbreak", "\r\n.", "\u001B[31m", "tab\t", "\u007F"],
  [" leading", "trailing ", "  both  ", "\u00A0.", "\uFEFFmark", "\u200B"],
  ["x".repeat(255), "x".repeat(256), "y".repeat(9_000), "CON", "nul", "aux.json", "com1.txt"],
  ["__proto__", "constructor", "prototype", "toString", "valueOf", "valueOf1", "hasOwnProperty"],
  ["__proto", "isProto", "isPrototypeOf", "sessions", "plan", "sessionID", "1234567890", "-1"],
  [...twins("ses_66d\u00E9"), ...twins("\u00C5ngstr\u00F6m"), "\u212B", "K", "\u212A"],
  ["ses_66d", "SES_66D", "ses_66d1", "ses_66D1", "\u05D0\u05D1\u05D2", "\u202Eabc\u202C"],
  // Of some of them the key ends within a character.
  ["x\u{1F600}\u{1F600}\u{1F600}1", "\u{1F600}".repeat(5), "ses_66\u{1F600}", "ses_66\u{1F601}"],
].flat();

/** Behind others, an id as short as the key is listed as nobody's in particular. */
const isShort = (id: string, index: number): boolean =>
  id.length === 7 && IDS.slice(index + 1).some((other) => other.startsWith(id));

describe("a session id", () => {
  test("of any characters is its own session, in one registry with all the others", async () => {
    const plans = IDS.map((_, index) => `p${index}`);
    const { root, dir } = project(...plans);
    const before = outside(root);
    expect(new Set(IDS).size).toBe(IDS.length);
    for (const [index, id] of IDS.entries()) {
      expect(await lookupPlan(dir, id)).toBeNull();
      expect(await updatePlanStatus(dir, id, "executed", QUICKLY)).toBeNull();
      await registerPlan(dir, id, `p${index}`, QUICKLY);
    }
    for (const [index, id] of IDS.entries()) {
      expect(await lookupPlan(dir, id)).toMatchObject({ plan: `p${index}`, status: "created" });
      expect(await updatePlanStatus(dir, id, "executed", QUICKLY)).toMatchObject({
        plan: `p${index}`,
      });
    }
    const rows = await listPlans(dir);
    expect(rows.map(({ plan, status }) => `${plan} ${status}`).toSorted()).toEqual(
      plans.map((plan) => `${plan} executed`).toSorted(),
    );
    const idOf = new Map(rows.map(({ plan, sessionID }) => [plan, sessionID]));
    expect(plans.map((plan) => idOf.get(plan))).toEqual(
      IDS.map((id, index) => (isShort(id, index) ? undefined : id)),
    );
    const lookups = await askProcess(...IDS.map((id) => ["lookupPlan", dir, id] as const), [
      "readRegistry",
      dir,
    ]);
    expect(lookups.slice(0, -1)).toMatchObject(plans.map((plan) => ({ plan })));
    expect(lookups.at(-1)).toEqual(JSON.parse(JSON.stringify(await readRegistry(dir))));
    expect(outside(root)).toEqual(before);
    expect(fs.readdirSync(join(dir, ".ai"))).toHaveLength(IDS.length + 1);
  });

  test.each(["", " ", "\n\t", "\u3000", "\uD800", "ses_66d\uDFFF", "\uDE00\uD83D"])(
    "cannot be %j: it is refused, unknown, and nothing is written",
    async (id) => {
      const dir = temporaryFolder();
      await expect(registerPlan(dir, id, "demo")).rejects.toThrow(TypeError);
      const parent = registerPlan(dir, "ses_66d1", "demo", { parentID: id });
      await expect(parent).rejects.toThrow(TypeError);
      expect(await lookupPlan(dir, id, { parents: [id], children: [id] })).toBeNull();
      expect(await updatePlanStatus(dir, id, "executed")).toBeNull();
      expect(fs.readdirSync(dir)).toEqual([]);
    },
  );

  test("of any kind finds its own plan beside any other one", async () => {
    const plans = ["p0", "p1", "p2", "p3"];
    const { root, dir } = project(...plans);
    const before = outside(root);
    const character = fc.oneof(
      fc.constantFrom("a", "b", "\u00E9", "e\u0301", "\u{1F600}", "/", ".", "\0", "_"),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    );
    const id = fc
      .array(character, { minLength: 1, maxLength: 10 })
      .map((characters) => characters.join(""))
      .filter((text) => text.trim() !== "");
    const ids = fc.uniqueArray(id, { minLength: 2, maxLength: plans.length });
    const property = fc.asyncProperty(ids, async (some) => {
      fs.rmSync(join(dir, ".ai/.session-plans.json"), { force: true });
      for (const [index, one] of some.entries()) await registerPlan(dir, one, `p${index}`, QUICKLY);
      const found = await Promise.all(some.map((one) => lookupPlan(dir, one)));
      expect(found.map((plan) => plan?.plan)).toEqual(plans.slice(0, some.length));
    });
    await fc.assert(property, { numRuns: isLongTier ? 3_000 : 100 });
    expect(outside(root)).toEqual(before);
  });
});

const GOOD_NAMES = [
  [".", "..", "...", "a.", ".a", "a b", "-rf", "--", "$HOME", "`id`", "a;b", "a&b", "%2e%2e%2f"],
  ["CON", "nul", "aux.txt", "a:b", "*", "?", '"', "<a>", "|", "~", "#1", "a.md", "plan-a", "'"],
  ["__proto__", "constructor", "toString", "\u{1F600}", "\u05D0\u05D1", "\u202Eabc", "a\u200Bb"],
  ["x".repeat(LONGEST), "\u00E9".repeat(123), "\u{1F600}".repeat(61), "[a-z]", "{a,b}", "^a$"],
].flat();
const BAD_NAMES = [
  ["", " ", " a", "a ", "\ta", "a\n", "\u00A0a", "a\u3000", "\uFEFFa", "a\u2028"],
  ["../evil", "../../evil", "/etc/passwd", "a/b", "a\\b", "..\\evil", "a/", "/", "./a", "\\"],
  ["a/../notes", "a/../../evil", "a/../../../evil", "a/../../project/evil", "a/./../notes"],
  ["a\0", "\0", "a\0/../b", "a\nb", "a\rb", "a\tb", "\u001B[31m", "a\u007Fb", "a\u0085b"],
  ["x".repeat(LONGEST + 1), "\u00E9".repeat(124), "\u{1F600}".repeat(62), "x".repeat(100_000)],
  ["\uD800", "a\uDFFFb", "\uDE00\uD83D"],
].flat();

describe("the name of a plan", () => {
  test.each(GOOD_NAMES)("may be %j: then it is a file of .ai", async (name) => {
    const { root, dir } = project();
    const before = outside(root);
    await registerPlan(dir, "ses_66d1", name, QUICKLY);
    expect(await lookupPlan(dir, "ses_66d1")).toBeNull();
    expect(planFileExists(dir, name)).toBe(false);
    writePlan(dir, name);
    writePlan(dir, "other");
    expect(await lookupPlan(dir, "ses_66d1")).toMatchObject({ plan: name });
    expect(await listPlanFiles(dir)).toEqual([name, "other"].toSorted());
    expect(await findClosestPlan(dir, name)).toMatchObject({
      plan: name,
      entry: { sessionID: "ses_66d1" },
    });
    expect(outside(root)).toEqual(before);
  });

  test.each(BAD_NAMES)("cannot be %j: it is refused, and nothing is written", async (name) => {
    const { root, dir } = project("demo");
    const before = outside(root);
    await expect(registerPlan(dir, "ses_66d1", name)).rejects.toMatchObject({
      code: "REGISTRY_NAME_UNSAFE",
      value: name,
    });
    expect(planFileExists(dir, name)).toBe(false);
    expect(outside(root)).toEqual(before);
    expect(fs.readdirSync(join(dir, ".ai"))).toEqual(["plan-demo.md"]);
  });

  test.each(BAD_NAMES)("%j in a file that somebody wrote leads nowhere", async (name) => {
    const { root, dir } = project();
    const entry = { plan: name, createdAt: "2026-11-21", status: "created" };
    fs.writeFileSync(join(dir, ".ai/.session-plans.json"), JSON.stringify({ ses_66d: entry }));
    for (const file of ["evil.md", "project/evil.md", "project/.ai/notes.md"]) {
      fs.writeFileSync(join(root, file), "# Evil\n");
    }
    expect(await lookupPlan(dir, "ses_66d1")).toBeNull();
    expect(await listPlans(dir)).toEqual([{ ...entry, sessionKey: "ses_66d", fileExists: false }]);
    expect(await findClosestPlan(dir, name)).toBeNull();
  });

  test("in two spellings of the same letters is two plans, which are not mixed", async ({
    skip,
  }) => {
    const [composed, decomposed] = twins("caf\u00E9");
    const { dir } = project(composed, decomposed);
    if (fs.readdirSync(join(dir, ".ai")).length < 2)
      return skip("this file system takes them for one");
    await registerPlan(dir, "ses_66d1", composed, QUICKLY);
    await registerPlan(dir, "ses_66d2", decomposed, QUICKLY);
    expect(await listPlanFiles(dir)).toEqual([composed, decomposed].toSorted());
    for (const [id, plan] of [
      ["ses_66d1", composed],
      ["ses_66d2", decomposed],
    ] as const) {
      expect((await lookupPlan(dir, id))?.plan).toBe(plan);
      const closest = await findClosestPlan(dir, plan);
      expect(closest).toMatchObject({ plan, entry: { plan, sessionID: id } });
    }
    // Who does not spell one of them out has named two.
    expect(await findClosestPlan(dir, "CAF\u00C9")).toBeNull();
    fs.rmSync(join(dir, `.ai/plan-${composed}.md`));
    expect(await lookupPlan(dir, "ses_66d1")).toBeNull();
    expect((await lookupPlan(dir, "ses_66d2"))?.plan).toBe(decomposed);
    expect(await findClosestPlan(dir, composed)).toMatchObject({ plan: decomposed });
  });
});

type Make = (path: string, dir: string) => void;
const linkTo =
  (target: string): Make =>
  (path) =>
    fs.symlinkSync(target, path);

/** What may stand in the place of a plan, and whether it is one. */
const THINGS: readonly (readonly [what: string, isPlan: boolean, make: Make])[] = [
  ["a link to a sibling", true, linkTo("plan-sibling.md")],
  ["a link to a note beside it", true, linkTo("notes.txt")],
  [
    "a link to a sibling by its full path",
    true,
    (path, dir) => linkTo(`${dir}/.ai/plan-sibling.md`)(path, dir),
  ],
  ["a link to a file of a folder below", true, linkTo("below/file.md")],
  ["a link to a link to a sibling", true, linkTo("inner-link")],
  ["a link to what is hidden beside it", false, linkTo(".env")],
  ["a link out of .ai", false, linkTo("../outside.md")],
  ["a link out of the project", false, linkTo("../../plan-outside.md")],
  [
    "a link to a full path elsewhere",
    false,
    (path, dir) => linkTo(join(dir, "../plan-outside.md"))(path, dir),
  ],
  ["a link through a linked folder", false, linkTo("away/plan-outside.md")],
  ["a link to a link out of .ai", false, linkTo("outer-link")],
  ["a link into a folder whose name begins alike", false, linkTo("../.ai-other/file.md")],
  ["a link to a file of the system", false, linkTo("/etc/passwd")],
  ["a dangling link", false, linkTo("gone.md")],
  ["a dangling link out of .ai", false, linkTo("../gone.md")],
  ["a link to itself", false, (path) => fs.symlinkSync(path, path)],
  ["a link to a folder", false, linkTo("below")],
  ["a link to .ai itself", false, linkTo(".")],
  ["a link to the folder above", false, linkTo("..")],
  ["a link to a device", false, linkTo("/dev/zero")],
  ["a folder", false, (path) => fs.mkdirSync(path)],
];

/** A project with a plan `x` that is this thing, and that a session has registered. */
async function projectWithThing(make: Make): Promise<{ root: string; dir: string }> {
  const { root, dir } = project("sibling");
  const ai = (name: string): string => join(dir, ".ai", name);
  for (const folder of [ai("below"), join(dir, ".ai-other")]) fs.mkdirSync(folder);
  for (const file of [
    ai("notes.txt"),
    ai(".env"),
    ai("below/file.md"),
    join(dir, "outside.md"),
    join(dir, ".ai-other/file.md"),
  ]) {
    fs.writeFileSync(file, "# text\n");
  }
  fs.symlinkSync("plan-sibling.md", ai("inner-link"));
  fs.symlinkSync("../outside.md", ai("outer-link"));
  fs.symlinkSync("../..", ai("away"));
  make(ai("plan-x.md"), dir);
  await registerPlan(dir, "ses_66d1", "x", QUICKLY);
  return { root, dir };
}

describe("in the place of a plan", () => {
  test.each(THINGS)("%s counts as one is %j", async (_, isPlan, make) => {
    const { root, dir } = await projectWithThing(make);
    const before = outside(root);
    const x = isPlan ? "x" : undefined;
    expect(planFileExists(dir, "x")).toBe(isPlan);
    expect((await lookupPlan(dir, "ses_66d1"))?.plan).toBe(x);
    expect(await listPlans(dir)).toMatchObject([{ plan: "x", fileExists: isPlan }]);
    expect(await listPlanFiles(dir)).toEqual(isPlan ? ["sibling", "x"] : ["sibling"]);
    expect((await findClosestPlan(dir, "x"))?.plan).toBe(x);
    await updatePlanStatus(dir, "ses_66d1", "executed", QUICKLY);
    expect(outside(root)).toEqual(before);
  });

  test.for([
    ["a pipe", false],
    ["a link to a pipe", true],
  ] as const)("%s is none, and is not waited for", async ([_what, isLink], { skip }) => {
    let error: Error | undefined;
    const { dir } = await projectWithThing((path) => {
      const pipe = isLink ? join(path, "../pipe") : path;
      ({ error } = spawnSync("mkfifo", [pipe]));
      if (isLink) fs.symlinkSync("pipe", path);
    });
    if (error !== undefined) return skip("there is no mkfifo");
    const answers = await askProcess(
      ["planFileExists", dir, "x"],
      ["lookupPlan", dir, "ses_66d1"],
      ["listPlanFiles", dir],
      ["findClosestPlan", dir, "x"],
      ["updatePlanStatus", dir, "ses_66d1", "executed"],
    );
    expect(answers).toMatchObject([false, null, ["sibling"], null, { plan: "x" }]);
  });
});

test.for([
  ["a pipe", (path: string) => spawnSync("mkfifo", [path]).error],
  ["a link to a device", (path: string) => fs.symlinkSync("/dev/zero", path)],
  ["a folder", (path: string) => fs.mkdirSync(path)],
  ["a link to itself", (path: string) => fs.symlinkSync(path, path)],
] as const)(
  "%s in the place of the registry is read as none, refused with a code, and not waited for",
  async ([_what, make], { skip }) => {
    const dir = projectWith("demo");
    const path = join(dir, ".ai/.session-plans.json");
    if (make(path) !== undefined) return skip("there is no mkfifo");
    const before = fs.lstatSync(path).ino;
    const answers = await askProcess(
      ["readRegistry", dir],
      ["lookupPlan", dir, "ses_66d1"],
      ["updatePlanStatus", dir, "ses_66d1", "executed"],
      ["registerPlan", dir, "ses_66d1", "demo"],
    );
    const code = expect.stringMatching(/^(?:REGISTRY|ATOMIC_FS)_/);
    expect(answers).toEqual([{}, null, null, { code }]);
    expect(fs.lstatSync(path).ino).toBe(before);
    expect(fs.readdirSync(join(dir, ".ai"))).toHaveLength(2);
  },
);

describe(".ai", () => {
  test("may be a link to a folder elsewhere, and is then that folder", async () => {
    const { root, dir } = project();
    fs.rmSync(join(dir, ".ai"), { recursive: true });
    fs.mkdirSync(join(root, "elsewhere"));
    fs.symlinkSync("../elsewhere", join(dir, ".ai"));
    writePlan(dir, "demo");
    fs.symlinkSync("plan-demo.md", join(root, "elsewhere/plan-inside.md"));
    fs.symlinkSync("../plan-outside.md", join(root, "elsewhere/plan-out.md"));
    await registerPlan(dir, "ses_66d1", "demo");
    await registerPlan(dir, "ses_66d2", "inside");
    await registerPlan(dir, "ses_66d3", "out");
    expect(await listPlanFiles(dir)).toEqual(["demo", "inside"]);
    expect((await listPlans(dir)).map(({ fileExists }) => fileExists)).toEqual([true, true, false]);
    expect(await lookupPlan(dir, "ses_66d1")).toMatchObject({ plan: "demo" });
    expect(fs.lstatSync(join(dir, ".ai")).isSymbolicLink()).toBe(true);
    expect(fs.readdirSync(dir)).toEqual([".ai"]);
    expect(fs.readdirSync(join(root, "elsewhere")).toSorted()).toEqual([
      ".session-plans.json",
      "plan-demo.md",
      "plan-inside.md",
      "plan-out.md",
    ]);
  });

  test.each<[string, (path: string) => void]>([
    ["a file", (path) => fs.writeFileSync(path, "mine")],
    ["a link to a file", (path) => fs.symlinkSync("../plan-outside.md", path)],
    ["a link that leads nowhere", (path) => fs.symlinkSync("../nowhere", path)],
    ["a link to itself", (path) => fs.symlinkSync(".ai", path)],
  ])("that is %s holds no plans, and is no place for a registry", async (_, make) => {
    const { root, dir } = project();
    fs.rmSync(join(dir, ".ai"), { recursive: true });
    make(join(dir, ".ai"));
    const before = outside(root);
    expect(await readRegistry(dir)).toEqual({});
    expect(await listPlans(dir)).toEqual([]);
    expect(await lookupPlan(dir, "ses_66d1")).toBeNull();
    expect(planFileExists(dir, "demo")).toBe(false);
    expect(await updatePlanStatus(dir, "ses_66d1", "executed")).toBeNull();
    await expect(registerPlan(dir, "ses_66d1", "demo")).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:REGISTRY|ATOMIC_FS)_/),
    });
    expect(outside(root)).toEqual(before);
  });
});
