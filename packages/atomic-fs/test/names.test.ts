import fs from "node:fs";
import { basename, dirname, join, normalize } from "node:path";

import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isLongTier } from "../../../test/tier.ts";
import {
  createFolderSync,
  findOrphans,
  quarantineFileSync,
  recoverFile,
  updateJson,
  updateJsonSync,
  validateFile,
  withFileLock,
  withFileLockSync,
  writeFileAtomic,
  writeFileAtomicSync,
} from "../src/index.ts";
import { assertChange, CHANGES, contentsIn, prepare, refusalOf, watching } from "./every-change.ts";
import { leaveOrphan } from "./orphan.ts";

const changes = Object.entries(CHANGES);
const atOnce = { timeoutMilliseconds: 0 };
const nothing = (): void => {};

/** The calls that change no file. */
const OTHERS: Readonly<Record<string, (path: string) => unknown>> = {
  withFileLock: (path) => withFileLock(path, nothing, atOnce),
  withFileLockSync: (path) => withFileLockSync(path, nothing, atOnce),
  findOrphans: (path) => findOrphans(path),
  validateFile: (path) => validateFile(path),
  createFolderSync: (path) => createFolderSync(path),
};
const calls = [
  ...changes.map(([name, { run }]) => [name, run] as const),
  ...Object.entries(OTHERS),
] as const;

function folderWith(...names: readonly string[]): string {
  const folder = temporaryFolder();
  for (const name of names) fs.writeFileSync(join(folder, name), `the content of ${name}`);
  return folder;
}

/** Makes a folder the current one until the test ends. */
function enter(folder: string): void {
  const before = process.cwd();
  onTestFinished(() => process.chdir(before));
  process.chdir(folder);
}

describe("a name of any length works or is refused by a typed error, by its bytes", () => {
  const LONGEST = 255;
  const CHARACTERS = ["n", "é", "☃", "😀"];
  const nameOf = (character: string, bytes: number): string => {
    const width = Buffer.byteLength(character);
    return character.repeat(Math.floor(bytes / width)) + "n".repeat(bytes % width);
  };

  /** The most bytes with which it works. */
  async function limitOf(works: (bytes: number) => Promise<boolean>): Promise<number> {
    let [limit, refused] = [0, LONGEST + 1];
    while (refused - limit > 1) {
      const bytes = Math.floor((limit + refused) / 2);
      if (await works(bytes)) limit = bytes;
      else refused = bytes;
    }
    return limit;
  }

  /** With each kind of characters. */
  function limitsOf(refusal: (name: string) => Promise<string | undefined>): Promise<number[]> {
    const limits = CHARACTERS.map((character) =>
      limitOf(async (bytes) => (await refusal(nameOf(character, bytes))) === undefined),
    );
    return Promise.all(limits);
  }

  test.each(changes)("%s", async (_name, change) => {
    const limits = await limitsOf((name) => assertChange(change, join(folderWith("other"), name)));
    expect(new Set(limits).size).toBe(1);
    expect(limits[0]).toBeGreaterThan(200);
  });

  test.each(Object.entries(OTHERS))("%s", async (call, run) => {
    const limits = await limitsOf(async (name) => {
      const folder = folderWith("other");
      const code = await refusalOf(() => run(join(folder, name)));
      const isCreated = call === "createFolderSync" && code === undefined;
      const created = isCreated ? { [name]: "a folder" } : {};
      expect(contentsIn(folder)).toEqual({ other: "the content of other", ...created });
      return code;
    });
    expect(new Set(limits).size).toBe(1);
    expect(limits[0]).toBeGreaterThanOrEqual(call.startsWith("with") ? 250 : LONGEST);
  });
});

test.each(calls)("%s takes no path with a NUL in it, and does nothing", async (_name, run) => {
  const folder = folderWith("a");
  enter(folder);
  for (const path of ["\0", "a\0", "a\0b", `${folder}/\0a`, `${folder}/a\0/../a`]) {
    await expect(async () => run(path)).rejects.toThrow(TypeError);
  }
  expect(contentsIn(folder)).toEqual({ a: "the content of a" });
});

// Of control characters, of a shell, of patterns, of Windows, and of objects.
const STRANGE =
  String.raw`"quoted" it's ${"`"} * ? [a-z] {a,b} a+b (a|b) ^a$ $HOME $& $1 \ a\b | ; & - --help -rf
  .hidden ... .... dot. CON aux.json NUL com1.txt a:b <> %00 %2e%2e%2f ~ # @ __proto__ constructor toString`
    .split(/\s+/)
    .concat("line\nbreak", "\r", "\t", "\u001B[31m", "\u007F", " ", " space", "space ", "\u200B");
const LIKE_OURS = `x.tmp x.tmp.1.2.abcdefgh x.123.tmp x.lock x.lock.next x.broken-12 .abcdefgh.lock
  .tmp .lock .broken-1 x.json.tmp.md`.split(/\s+/);

test.each([
  ["strange names are names as any", STRANGE],
  ["names that look like ours are names as any", LIKE_OURS],
])("%s", async (_title, names) => {
  for (const [index, name] of names.entries()) {
    const others = names.slice(index + 1, index + 3).concat("x", "tmp");
    const folder = folderWith(...others);
    // All of them, by turns.
    for (const [, change] of changes.filter((_change, at) => at % 3 === index % 3)) {
      expect(await assertChange(change, join(folder, name))).toBeUndefined();
      for (const left of fs.readdirSync(folder)) {
        if (!others.includes(left)) fs.unlinkSync(join(folder, left));
      }
    }
    for (const run of Object.values(OTHERS)) await run(join(folder, name));
    expect(fs.lstatSync(join(folder, name)).isDirectory()).toBe(true);
    expect(fs.readdirSync(folder).toSorted()).toEqual([name, ...others].toSorted());
  }
});

test("any name makes the round of all changes, or is refused and nothing is different", async () => {
  const name = fc
    .string({ unit: "binary", minLength: 1, maxLength: 90 })
    .filter((text) => !/[/\0]/.test(text) && text.isWellFormed() && !/^\.\.?$/.test(text))
    .filter((text) => Buffer.byteLength(text) <= 255);
  const round = fc.asyncProperty(name, async (text) => {
    const folder = folderWith();
    for (const [, change] of changes) {
      const code = await assertChange(change, join(folder, text));
      expect([undefined, Buffer.byteLength(text) < 200 ? undefined : "ATOMIC_FS_IO"]).toContain(
        code,
      );
      for (const left of fs.readdirSync(folder)) fs.unlinkSync(join(folder, left));
    }
  });
  await fc.assert(round, { numRuns: isLongTier ? 2_000 : 5 });
}, 600_000);

describe.each([
  ["whose names begin alike", ["a", "a.json", "axjson", "a.json.tmp", "a.json.tmp.1.2.abcdefgh"]],
  ["whose names are patterns", ["a+", "a", "aa", "a.", "[ab]", "b", "a|b", "^a"]],
  ["whose names look alike", ["\u00E9", "e\u0301", "\u00C5", "A\u030A", "\u212B", "K", "\u212A"]],
])("files %s have nothing in common", (_title, names) => {
  type Find = (path: string) => Promise<string[]>;

  /** Those for which it does not find their own orphan alone. */
  async function confused(find: Find): Promise<string[]> {
    const folder = temporaryFolder();
    const orphans = names.map((name) => leaveOrphan(join(folder, name), { intended: "{}" }));
    if (new Set(fs.readdirSync(folder)).size < names.length) return [];
    const found = await Promise.all(names.map((name) => find(join(folder, name))));
    return names.filter((_name, index) => String(found[index]) !== orphans[index]);
  }

  /** The known-bad double: a pattern made of the name as it is, and one form for all that look alike. */
  const findByPattern: Find = async (path) => {
    const pattern = new RegExp(`^${basename(path)}.*\\.tmp\\.\\d+`.normalize("NFKD"));
    const all = fs
      .readdirSync(dirname(path))
      .filter((name) => pattern.test(name.normalize("NFKD")));
    return all.map((name) => join(dirname(path), name));
  };

  test("no orphan is another one's", async () => {
    expect((await confused(findByPattern)).length).toBeGreaterThan(1);
    const find: Find = async (path) => (await findOrphans(path)).map((orphan) => orphan.path);
    expect(await confused(find)).toEqual([]);
  });

  test("none is recovered from another one's orphan", async () => {
    for (const name of names) {
      const folder = temporaryFolder();
      for (const other of names) {
        if (other !== name) leaveOrphan(join(folder, other), { intended: "{}" });
      }
      fs.writeFileSync(join(folder, name), "\0");
      const before = contentsIn(folder);
      const recovery = await recoverFile(join(folder, name), { validate: refuseDamaged });
      expect(recovery).toEqual({ outcome: "unrecoverable", state: "invalid", archived: [] });
      expect(contentsIn(folder)).toEqual(before);
    }
  });

  test("each has a lock and a quarantine of its own", () => {
    const folder = temporaryFolder();
    const holdAll = (left: readonly string[]): number => {
      const [name, ...others] = left;
      if (name === undefined) return fs.readdirSync(folder).length;
      return withFileLockSync(join(folder, name), () => holdAll(others), atOnce);
    };
    expect(holdAll(names)).toBe(names.length);
    const asides = names.map((name) => {
      fs.writeFileSync(join(folder, name), "the same damage");
      return basename(quarantineFileSync(join(folder, name))).replace(/\.broken-\d{13}$/, "");
    });
    expect(asides).toEqual(names);
    expect(fs.readdirSync(folder)).toHaveLength(names.length);
  });
});

function refuseDamaged(content: Uint8Array): void {
  if (content.includes(0)) throw new Error("it is damaged");
}

describe("a path leads where the system takes it", () => {
  const SPELLINGS = `real/file ./real/./file real//file real/deep/../file real/deep/../../real/file
    short/../file .//short/.././/file short/../../real/file alias chain away/link away/up`.split(
    /\s+/,
  );

  /** The file is `real/file`; the others are what a path comes to by its text alone. */
  function spelledOut(): { root: string; file: string; paths: string[] } {
    const root = temporaryFolder();
    fs.mkdirSync(join(root, "real/deep"), { recursive: true });
    fs.mkdirSync(join(root, "away"));
    for (const decoy of ["file", "away/file"]) fs.writeFileSync(join(root, decoy), "a decoy");
    for (const [text, link] of [
      ["real/deep", "short"],
      ["real/file", "alias"],
      ["alias", "chain"],
      ["../short/../file", "away/link"],
      [`${root}//short/./../file`, "away/up"],
    ] as const) {
      fs.symlinkSync(text, join(root, link));
    }
    const absolute = [`/${root}/chain`, ...SPELLINGS.map((path) => `${root}/${path}`)];
    enter(root);
    return { root, file: join(root, "real/file"), paths: [...SPELLINGS, ...absolute] };
  }

  test("(a change that takes it by its text is found out)", async () => {
    const { root, file } = spelledOut();
    const run = (path: string): void => writeFileAtomicSync(normalize(path), "new");
    const careless = { before: "old", after: "new", run };
    await expect(assertChange(careless, `${root}/short/../file`, file)).rejects.toThrow("expected");
  });

  test.each(changes)(
    "%s changes that file, and nothing elsewhere for an instant",
    async (_, change) => {
      const { root, file, paths } = spelledOut();
      const elsewhere = (): unknown => [contentsIn(root), contentsIn(join(root, "away"))];
      const before = elsewhere();
      const same = (): void => expect(elsewhere()).toEqual(before);
      for (const path of paths) {
        expect(await assertChange(change, path, file)).toBeUndefined();
        same();
        for (const left of fs.readdirSync(join(root, "real"))) {
          if (left !== "deep") fs.unlinkSync(join(root, "real", left));
        }
      }
      prepare(change, file);
      await watching({ after: same }, () => change.run("away/link"));
      expect(fs.lstatSync("away/link").isSymbolicLink()).toBe(true);
    },
  );

  test("all spellings are one lock, which lies beside the file", async () => {
    const { file, paths } = spelledOut();
    fs.writeFileSync(file, '{"count": 0}');
    const count = (value: { count: number }) => ({ count: value.count + 1 });
    for (const path of paths) {
      await withFileLock(path, async () => {
        expect(fs.lstatSync(`${file}.lock`).isSymbolicLink()).toBe(true);
        for (const other of paths) {
          const locked = await refusalOf(() => updateJsonSync(other, count, atOnce));
          expect(locked).toBe("ATOMIC_FS_LOCKED");
          await expect(updateJson(other, count)).rejects.toThrow(TypeError);
        }
      });
    }
    await Promise.all(paths.map((path) => updateJson(path, count, { durability: "none" })));
    expect(JSON.parse(fs.readFileSync(file, "utf8"))).toEqual({ count: paths.length });
  });
});

describe("links", () => {
  test.each(calls)("%s refuses a circle of links, and a way through one", async (name, run) => {
    const folder = folderWith("a");
    for (const [text, link] of Object.entries({ self: "self", two: "three", three: "two" })) {
      fs.symlinkSync(text, join(folder, link));
    }
    const before = contentsIn(folder);
    for (const path of ["self", "two", "self/file", "two/../a"]) {
      // A folder is not made where something is.
      const isRefused = name !== "createFolderSync" || path.includes("/");
      const code = await refusalOf(() => run(join(folder, "x").replace(/x$/, path)));
      expect(code).toBe(isRefused ? "ATOMIC_FS_IO" : undefined);
    }
    expect(contentsIn(folder)).toEqual(before);
  });

  test.each(changes)("%s follows as many links as the system does", async (_name, change) => {
    const folder = temporaryFolder();
    for (let link = 1; link <= 41; link += 1)
      fs.symlinkSync(String(link - 1), join(folder, `${link}`));
    expect(await assertChange(change, join(folder, "40"), join(folder, "0"))).toBeUndefined();
    prepare(change, join(folder, "0"));
    const before = contentsIn(folder);
    expect(await refusalOf(() => change.run(join(folder, "41")))).toBe("ATOMIC_FS_IO");
    expect(contentsIn(folder)).toEqual(before);
  });

  test.each<[string, (path: string) => unknown]>([
    ["writeFileAtomic", (path) => writeFileAtomic(path, "{}\n")],
    ["writeFileAtomicSync", (path) => writeFileAtomicSync(path, "{}\n")],
    ["updateJson", (path) => updateJson(path, (value) => value, { initial: {} })],
    ["updateJsonSync", (path) => updateJsonSync(path, (value) => value, { initial: {} })],
  ])("%s creates the file where a dangling link points", async (_name, run) => {
    const [folder, away] = [temporaryFolder(), temporaryFolder()];
    fs.symlinkSync(join(away, "second"), join(folder, "first"));
    fs.symlinkSync("third", join(away, "second"));
    await run(join(folder, "first"));
    expect(contentsIn(folder)).toEqual({ first: `a link to ${join(away, "second")}` });
    expect(contentsIn(away)).toEqual({ second: "a link to third", third: "{}\n" });
  });

  test("what is only looked at, or only there to be changed, is missing behind a dangling link", async () => {
    const folder = temporaryFolder();
    fs.symlinkSync("missing", join(folder, "link"));
    const link = join(folder, "link");
    expect(await validateFile(link)).toEqual({ state: "missing" });
    expect(await findOrphans(link)).toEqual([]);
    expect(createFolderSync(link)).toBe(false);
    for (const [name, { run }] of changes) {
      if (/^write|corrupt|^recover/.test(name)) continue;
      expect(await refusalOf(() => run(link))).toMatch(/^ATOMIC_FS_(MISSING|IO)$/);
    }
    expect(contentsIn(folder)).toEqual({ link: "a link to missing" });
    const orphan = leaveOrphan(join(folder, "missing"), { intended: "whole" });
    expect(await recoverFile(link)).toMatchObject({ outcome: "recovered", from: orphan });
    expect(contentsIn(folder)).toEqual({ link: "a link to missing", missing: "whole" });
  });
});
