import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import { dirname, join } from "node:path";

import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";

import { losesARace } from "../../../test/loses-a-race.ts";
import { endOf, nodeRuntime, runTypeScript } from "../../../test/run-typescript.ts";
import { startTogether } from "../../../test/start-together.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { findOrphans } from "../src/recovery/find-orphans.ts";
import { recoverFile } from "../src/recovery/recover-file.ts";
import { validateFile } from "../src/recovery/validate-file.ts";
import { updateJson } from "../src/update-json.ts";
import { updateMarkdownField } from "../src/update-markdown.ts";
import { writeFileAtomic } from "../src/write-file-atomic.ts";
import { leaveOrphan } from "./orphan.ts";

const functions = join(import.meta.dirname, "shell-functions.sh");
const bashOf = (script: string, args: readonly string[]): [string, string[]] => [
  "bash",
  ["--norc", "-c", `umask 022; . "$0"; ${script}`, functions, ...args],
];
const env = { ...process.env, LC_ALL: "C.UTF-8" };

/** Runs a script that knows the shell functions, and gives how it ended: 0 is success. */
function bash(script: string, ...args: string[]): number | null {
  return spawnSync(...bashOf(script, args), { env, stdio: "ignore", timeout: 60_000 }).status;
}

const call = (...args: string[]): number | null => bash('"$@"', ...args);
const missing = ["jq --version", "sed --version", "bash --version"].filter((command) => {
  const { status } = spawnSync(command, { shell: true, stdio: "ignore" });
  return process.platform === "win32" || status !== 0;
});

beforeEach(({ skip }) => {
  skip(missing.length > 0, `bash, jq and GNU sed are needed; without success: ${missing.join()}`);
});

/** What lies in a folder, by name. */
type Contents = Readonly<Record<string, string>>;

function folderWith(contents: Contents): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(contents)) fs.writeFileSync(join(folder, name), text);
  return folder;
}

function contentsOf(folder: string): Contents {
  const read = (name: string): string => fs.readFileSync(join(folder, name), "utf8");
  const names = fs.readdirSync(folder).toSorted();
  return Object.fromEntries(
    names.map((name) => [name.replace(/broken-\d+/, "broken-#"), read(name)]),
  );
}

/** `done`, or what it was refused by. */
async function attempt(ours: () => Promise<unknown>): Promise<unknown> {
  try {
    await ours();
    return "done";
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
}

interface Counted {
  readonly runs: number;
  readonly list: readonly unknown[];
}

describe("where the shell functions are right, the same happens", () => {
  // `echo` takes texts of such letters alone for its options, and NUL cannot be an argument.
  const sayable = fc.string({ unit: "binary", minLength: 1 }).filter((text) => {
    return text.isWellFormed() && !/^-[neE]+$|\0/.test(text);
  });

  test.each([
    ["write_atomic", "file"],
    ["safe_atomic_write", "new/file"],
  ])("to texts of %s, in %s", async (name, path) => {
    const written = fc.asyncProperty(sayable, async (text) => {
      const [theirs, ours] = [folderWith({ file: "old" }), folderWith({ file: "old" })];
      expect(call(name, join(theirs, path), text)).toBe(0);
      await writeFileAtomic(join(ours, path), `${text}\n`);
      expect(contentsOf(dirname(join(ours, path)))).toEqual(
        contentsOf(dirname(join(theirs, path))),
      );
    });
    await fc.assert(written, { numRuns: 12 });
  });

  test("to values of update_json_atomic", async () => {
    // jq writes fractions, exponents and DEL in its own way; JavaScript sorts keys that are numbers.
    const text = fc.string({ unit: "grapheme" });
    const value = fc.oneof(text, fc.maxSafeInteger(), fc.boolean(), fc.constant(null));
    const dictionary = fc.dictionary(fc.stringMatching(/^[a-z]\w{0,5}$/), fc.array(value));
    const updated = fc.asyncProperty(dictionary, fc.nat(), text, async (old, runs, note) => {
      const before = JSON.stringify({ runs, list: [1], old });
      const [theirs, ours] = [folderWith({ "a.json": before }), folderWith({ "a.json": before })];
      const filter = `.runs += 1 | .list += [{"note": ${JSON.stringify(note)}}]`;
      expect(call("update_json_atomic", join(theirs, "a.json"), filter)).toBe(0);
      await updateJson<Counted>(join(ours, "a.json"), (state) => {
        return { ...state, runs: state.runs + 1, list: [...state.list, { note }] };
      });
      expect(contentsOf(ours)).toEqual(contentsOf(theirs));
    });
    await fc.assert(updated, { numRuns: 10 });
  });

  test("to values of update_markdown_section", async () => {
    // Only what sed takes literally, and only text: `<`, `` ` `` and `~` may be comments and code.
    const value = fc
      .string({ unit: "grapheme", maxLength: 30 })
      .filter((text) => !/[/&\\<`~]/.test(text));
    const field = fc.constantFrom("Status", "Current plan", "Größe");
    const updated = fc.asyncProperty(field, value, fc.boolean(), async (name, text, isEnded) => {
      const before = `# State\n\nStatus: old\nCurrent plan:\nGröße: 1: 2${isEnded ? "\n" : ""}`;
      const [theirs, ours] = [folderWith({ "S.md": before }), folderWith({ "S.md": before })];
      expect(call("update_markdown_section", join(theirs, "S.md"), name, text)).toBe(0);
      await updateMarkdownField(join(ours, "S.md"), name, text);
      expect(contentsOf(ours)).toEqual(contentsOf(theirs));
    });
    await fc.assert(updated, { numRuns: 20 });
  });

  test.each([
    ["STATE.md", "text\n"],
    ["STATE.md", ""],
    ["state.json", '{"a": 1}'],
    ["state.json", '{"a": '],
  ])("to validity: of %s with %j", async (name, text) => {
    const file = join(folderWith({ [name]: text }), name);
    const { state } = await validateFile(file);
    expect(call("validate_file", file) === 0).toBe(state === "valid");
    expect(call("validate_file", `${file}.gone.${name}`)).not.toBe(0);
    expect(await validateFile(`${file}.gone.${name}`)).toEqual({ state: "missing" });
  });

  test.each([
    ["STATE.md", "text\n", 0],
    ["STATE.md", "", 1],
    ["state.json", "{}\n", 0],
    ["state.json", "{", 1],
  ])("to the missing %s of which %j was to be written", async (name, text, status) => {
    const contents = { "other.md": "other", [`${name}.tmp.99999999`]: text };
    const [theirs, ours] = [folderWith(contents), folderWith(contents)];
    expect(call("check_for_corruption", join(theirs, name))).toBe(1);
    expect(await findOrphans(join(ours, name))).toHaveLength(1);
    expect(call("recover_from_corruption", join(theirs, name))).toBe(status);
    const { outcome } = await recoverFile(join(ours, name));
    expect(outcome).toBe(status === 0 ? "recovered" : "unrecoverable");
    // They remove what is not valid; ours has another name.
    const { [`${name}.tmp.99999999.broken-#`]: archived, ...rest } = contentsOf(ours);
    expect(rest).toEqual(contentsOf(theirs));
    expect(archived).toBe(status === 0 ? undefined : text);
    expect(call("check_for_corruption", join(theirs, name))).toBe(0);
    expect(await findOrphans(join(ours, name))).toEqual([]);
  });
});

describe("where they are wrong: texts", () => {
  test.each([
    ["write_atomic", "-n", "leaves an empty file", 0, ""],
    ["write_atomic", "-e", "leaves a blank line", 0, "\n"],
    ["safe_atomic_write", "-E", "leaves a blank line", 0, "\n"],
    ["safe_atomic_write", "-n", "is refused", 1, "old"],
  ])("%s of the text %s %s", async (name, text, _outcome, status, theirs) => {
    const file = join(folderWith({ file: "old" }), "file");
    expect(call(name, file, text)).toBe(status);
    expect(fs.readFileSync(file, "utf8")).toBe(theirs);
    await writeFileAtomic(file, `${text}\n`);
    expect(fs.readFileSync(file, "utf8")).toBe(`${text}\n`);
  });

  test("the look for an empty text never finds one", async () => {
    const file = join(folderWith({ file: "old" }), "file");
    expect(await attempt(() => writeFileAtomic(file, ""))).toBe("ATOMIC_FS_EMPTY");
    expect(fs.readFileSync(file, "utf8")).toBe("old");
    expect(call("safe_atomic_write", file, "")).toBe(0);
    expect(fs.readFileSync(file, "utf8")).toBe("\n");
  });

  test("what is written to a folder ends inside it, with success", async () => {
    const folder = temporaryFolder();
    expect(await attempt(() => writeFileAtomic(folder, "text"))).toBe("ATOMIC_FS_IS_DIRECTORY");
    expect(call("safe_atomic_write", folder, "text")).toBe(0);
    expect(Object.values(contentsOf(folder))).toEqual(["text\n"]);
  });

  test("what there is no room for is cut off, with success", async () => {
    const file = join(folderWith({ file: "old" }), "file");
    const large = "x".repeat(100_000);
    // No file of this process may be larger than 8 KB, and a write beyond that is an error.
    const limited = "trap '' XFSZ; ulimit -f 8;";
    const program = new URL("programs/write-text.ts", import.meta.url).pathname;
    const { command, flags } = nodeRuntime;
    const write = (path: string): string[] => [command, ...flags, program, path, "100000"];
    // What is run has to be built before: it is larger, too.
    expect(bash('"$@"', ...write(join(temporaryFolder(), "file")))).toBe(0);
    expect(bash(`${limited} "$@"`, ...write(file))).toBe(7);
    expect(contentsOf(dirname(file))).toEqual({ file: "old" });
    expect(bash(`${limited} write_atomic "$@"`, file, large)).toBe(0);
    expect(fs.statSync(file).size).toBe(8192);
  });
});

describe("where they are wrong: fields", () => {
  test.each([
    ["a slash empties the file", "a/b", ""],
    ["a line break empties it", "a\nb", ""],
    ["a backslash with a digit empties it", "a\\1", ""],
    ["a backslash at the end empties it", "C:\\", ""],
    ["a backslash with a letter may become a line break", "C:\\new", "S: C:\new\n"],
    ["an ampersand becomes the old line", "a & b", "S: a S: 1 b\n"],
    ["a command is run", ";echo 2;/e;#", "2\n"],
  ])("in a value, %s, with success", async (_title, value, theirs) => {
    const file = join(folderWith({ "STATE.md": "S: 1\n" }), "STATE.md");
    expect(call("update_markdown_section", file, "S", value)).toBe(0);
    expect(fs.readFileSync(file, "utf8")).toBe(theirs);
    fs.writeFileSync(file, "S: 1\n");
    await updateMarkdownField(file, "S", value);
    expect(fs.readFileSync(file, "utf8")).toBe(`S: ${value}\n`);
  });

  /** The field gets the value 2; `ours` is a text or, when it is refused, a code. */
  async function assertSetTo2(
    field: string,
    before: string,
    theirs: string,
    ours: string,
  ): Promise<void> {
    const file = join(temporaryFolder(), "STATE.md");
    fs.writeFileSync(file, before, "latin1");
    expect(call("update_markdown_section", file, field, "2")).toBe(0);
    expect(fs.readFileSync(file, "latin1")).toBe(theirs);
    fs.writeFileSync(file, before, "latin1");
    const outcome = await attempt(() => updateMarkdownField(file, field, "2"));
    expect(outcome).toBe(ours.startsWith("ATOMIC_FS_") ? ours : "done");
    expect(fs.readFileSync(file, "latin1")).toBe(outcome === "done" ? ours : before);
  }

  test.each([
    ["code", "```\nS: 1\n```\nS: 1\n", "```\nS: 1\n```\nS: 2\n"],
    ["a comment", "<!--\nS: 1\n-->\nS: 1\n", "<!--\nS: 1\n-->\nS: 2\n"],
    ["front matter", "---\nS: 1\n---\nS: 1\n", "---\nS: 1\n---\nS: 2\n"],
    ["another section", "# A\nS: 1\n# B\nS: 1\n", "ATOMIC_FS_AMBIGUOUS"],
  ])("a line like the field's is changed in %s, too", async (_place, before, ours) => {
    await assertSetTo2("S", before, before.replaceAll("1", "2"), ours);
  });

  test.each([
    ["a bracket in the name empties the file", "[S", "[S: 1\n", "", "[S: 2\n"],
    ["a point stands for any character", "a.b", "a-b: 1\n", "a.b: 2\n", "ATOMIC_FS_NO_FIELD"],
    ["a missing field is no failure", "S", "T: 1\n", "T: 1\n", "ATOMIC_FS_NO_FIELD"],
    ["the carriage return goes", "S", "S: 1\r\n\r\n", "S: 2\n\r\n", "S: 2\r\n\r\n"],
    ["a line break of two spaces goes", "S", "S: 1  \nT\n", "S: 2\nT\n", "S: 2  \nT\n"],
    ["all behind a byte of Latin-1 stays", "S", "S: é1\n", "S: 2é1\n", "S: 2\n"],
  ])("%s, with success", async (_title, field, before, theirs, ours) => {
    await assertSetTo2(field, before, theirs, ours);
  });

  test("a missing file becomes an empty one, with success", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "STATE.md");
    const refused = await attempt(() => updateMarkdownField(file, "S", "new"));
    expect(refused).toBe("ATOMIC_FS_MISSING");
    expect(contentsOf(folder)).toEqual({});
    expect(call("update_markdown_section", file, "S", "new")).toBe(0);
    expect(contentsOf(folder)).toEqual({ "STATE.md": "" });
  });
});

const toOne = (): number => 1;
function fail(): number {
  throw new RangeError("a mistake");
}

describe("where they are wrong: JSON", () => {
  test.each([
    ["a file that is not JSON", '{"a": 1', ".a = 2", toOne, "ATOMIC_FS_CORRUPT"],
    ["an empty file", "", ".a = 2", toOne, "ATOMIC_FS_CORRUPT"],
    ["a file whose update fails", '{"a": "b"}', ".a.b.c = 1", fail, new RangeError("a mistake")],
    ["a missing file", undefined, ".a = 2", toOne, "ATOMIC_FS_MISSING"],
  ])("%s becomes a blank line, with success", async (_title, text, filter, update, refusal) => {
    const folder = folderWith(text === undefined ? {} : { "a.json": text });
    const before = contentsOf(folder);
    const file = join(folder, "a.json");
    expect(await attempt(() => updateJson(file, update))).toEqual(refusal);
    expect(contentsOf(folder)).toEqual(before);
    expect(call("update_json_atomic", file, filter)).toBe(0);
    expect(contentsOf(folder)).toEqual({ "a.json": "\n" });
  });

  test("of two processes, each loses updates of the other", async () => {
    const ids = ["one", "two"].flatMap((name) =>
      Array.from({ length: 12 }, (_, time) => `${name}-${time}`),
    );
    const script = `echo ready; read -r; for ((time = 0; time < 12; time += 1)); do
      update_json_atomic "$1" ". + [\\"$2-$time\\"]"; done`;
    const program = join(import.meta.dirname, "programs", "update.ts");
    const updated = async (start: (file: string, name: string) => ChildProcess) => {
      const folder = folderWith({ "a.json": "[]" });
      const file = join(folder, "a.json");
      const children = ["one", "two"].map((name) => start(file, name));
      const ends = children.map((child) => endOf(child));
      await startTogether(children);
      await Promise.all(ends);
      return JSON.parse(fs.readFileSync(file, "utf8")) as string[];
    };
    const isLost = await losesARace(async () => {
      const theirs = await updated((...args) => spawn(...bashOf(script, args), { env }));
      return theirs.length < ids.length;
    });
    expect(isLost).toBe(true);
    const ours = await updated((file, name) => runTypeScript(program, [file, "12", name]));
    expect(ours.toSorted()).toEqual(ids.toSorted());
  });
});

test("two writes of one script share a temporary file, and one of them fails", async () => {
  const [theirs, ours] = [temporaryFolder(), temporaryFolder()];
  // The first one is held between its write and its rename until the second one is through.
  const script = `wait_for() { while [ ! -e "$1" ]; do :; done; }
    (mv() { : >"$1.ready"; wait_for "$2.done"; command mv "$@"; }; write_atomic "$1" first) &
    wait_for "$1.tmp.$$.ready"; write_atomic "$1" second; : >"$1.done"; wait $!`;
  expect(bash(script, join(theirs, "file"))).toBe(1);
  const file = join(ours, "file");
  await Promise.all([writeFileAtomic(file, "first"), writeFileAtomic(file, "second")]);
  expect([{ file: "first" }, { file: "second" }]).toContainEqual(contentsOf(ours));
});

test.each([
  ["write_atomic", ["{}"], (file: string) => writeFileAtomic(file, "{}")],
  ["update_json_atomic", ["."], (file: string) => updateJson(file, (value) => value)],
  ["update_markdown_section", ["S", "1"], (file: string) => updateMarkdownField(file, "S", "1")],
] as const)("%s makes a private file readable, and replaces a link", async (name, args, ours) => {
  const content = name === "update_markdown_section" ? "S: 0\n" : "{}";
  for (const isOurs of [true, false]) {
    const folder = folderWith({ file: content });
    const [file, link] = [join(folder, "file"), join(folder, "link")];
    fs.chmodSync(file, 0o600);
    fs.symlinkSync("file", link);
    const status = isOurs ? await ours(link) : call(name, link, ...args);
    expect(status).toBe(isOurs ? undefined : 0);
    expect(fs.lstatSync(link).isSymbolicLink()).toBe(isOurs);
    expect(fs.statSync(link).mode & 0o777).toBe(isOurs ? 0o600 : 0o644);
  }
});

test.each([
  ["text in notes.json.md", "notes.json.md", "# Notes\n", false, "valid"],
  ["text in a folder named x.json", "x.json/STATE.md", "# State\n", false, "valid"],
  ["an empty JSON file", "a.json", "", true, "invalid"],
  ["two JSON values in one file", "a.json", "{}{}", true, "invalid"],
  ["JSON that is not UTF-8", "a.json", '"\u00E9"', true, "invalid"],
  ["half of a JSON value in A.JSON", "A.JSON", "{", true, "invalid"],
  ["the zeros that a power cut left", "STATE.md", "\0\0\0", true, "invalid"],
])("validate_file misjudges %s", async (_title, name, text, isValid, state) => {
  const file = join(temporaryFolder(), name);
  fs.mkdirSync(join(file, ".."), { recursive: true });
  fs.writeFileSync(file, text, "latin1");
  expect(call("validate_file", file) === 0).toBe(isValid);
  expect(await validateFile(file)).toMatchObject({ state });
});

test("validate_file takes a folder for a valid file", async () => {
  const folder = temporaryFolder();
  expect(call("validate_file", folder)).toBe(0);
  expect(await attempt(() => validateFile(folder))).toBe("ATOMIC_FS_IS_DIRECTORY");
});

const alive = `.tmp.${process.pid}`;
const [old, late] = [".tmp.99999998", ".tmp.99999999"];
const aside = `${late}.broken-#`;
const put = `${old}.broken-#`;

// Files by what follows the name of the file that is recovered; `""` is that one. The older first.
test.each<[title: string, before: Contents, theirs: Contents, ours: Contents, name?: string]>([
  ["a valid file goes back", { [old]: "1", "": "2" }, { "": "1" }, { "": "2", [put]: "1" }],
  ["a write under way is the file", { [alive]: "half" }, { "": "half" }, { [alive]: "half" }],
  ["a bad one takes a good one along", { [old]: "1", [late]: "" }, {}, { "": "1", [aside]: "" }],
  ["what is bad is lost", { "": "\0", [late]: "1" }, { "": "1" }, { "": "1", ".broken-#": "\0" }],
  ["an empty one is the JSON file", { [late]: "" }, { "": "" }, { [aside]: "" }, "a.json"],
])("with recover_from_corruption, %s", async (_title, before, theirs, ours, name = "a.md") => {
  const named = (contents: Contents): Contents =>
    Object.fromEntries(Object.entries(contents).map(([end, text]) => [name + end, text]));
  const folders = [folderWith(named(before)), folderWith(named(before))] as const;
  for (const folder of folders) {
    for (const [hour, file] of Object.keys(named(before)).entries()) {
      fs.utimesSync(join(folder, file), 1e9 + 3600 * hour, 1e9 + 3600 * hour);
    }
  }
  const isRecovered = call("recover_from_corruption", join(folders[0], name)) === 0;
  expect(isRecovered).toBe("" in theirs);
  expect(contentsOf(folders[0])).toEqual(named(theirs));
  await recoverFile(join(folders[1], name));
  expect(contentsOf(folders[1])).toEqual(named(ours));
});

test("with recover_from_corruption, half of a text becomes the file", async () => {
  const file = join(temporaryFolder(), "STATE.md");
  leaveOrphan(file, { intended: "a whole text\n", content: "a who" });
  const half = contentsOf(join(file, ".."));
  expect(await recoverFile(file)).toMatchObject({ outcome: "unrecoverable", state: "missing" });
  const theirs = folderWith(half);
  expect(call("recover_from_corruption", join(theirs, "STATE.md"))).toBe(0);
  expect(contentsOf(theirs)).toEqual({ "STATE.md": "a who" });
});

test("check_for_corruption tells no write under way from one that was cut short", async () => {
  for (const writer of ["alive", "dead"] as const) {
    const file = join(temporaryFolder(), "STATE.md");
    leaveOrphan(file, { intended: "text", writer });
    expect(call("check_for_corruption", file)).toBe(1);
    expect(await findOrphans(file)).toMatchObject([{ writer }]);
  }
});
