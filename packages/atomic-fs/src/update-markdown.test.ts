import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { withFileLock } from "./locks/with-file-lock.ts";
import { updateMarkdownField, updateMarkdownSection } from "./update-markdown.ts";

const TEXT = "# State\r\n\r\nStatus: old\r\nPhase: 1\r\n\r\n## Notes\r\n\r\nnone\r\n";

function fileWith(text: string | Uint8Array): string {
  const file = join(temporaryFolder(), "STATE.md");
  writeFileSync(file, text);
  return file;
}

const namesBeside = (file: string): string[] => readdirSync(dirname(file)).toSorted();
const contentOf = (file: string): string => readFileSync(file, "utf8");

const faces = [
  ["updateMarkdownField", updateMarkdownField, "Status"],
  ["updateMarkdownSection", updateMarkdownSection, "Notes"],
] as const;

test("a field gets its value, and all the rest stays", async () => {
  const file = fileWith(TEXT);
  const value = `a/b & 1 $1 $& \\n "x"`;
  await updateMarkdownField(file, "Status", value);
  expect(contentOf(file)).toBe(TEXT.replace("old", () => value));
  await updateMarkdownField(file, "Status", "old", { section: "# State" });
  expect(contentOf(file)).toBe(TEXT);
});

test("a section gets its body, with the line ends of the file", async () => {
  const file = fileWith(TEXT);
  await updateMarkdownSection(file, "Notes", "one\n\ntwo\n");
  expect(contentOf(file)).toBe(TEXT.replace("none", "one\r\n\r\ntwo"));
});

test("what is missing is added when asked", async () => {
  const file = fileWith(TEXT);
  await updateMarkdownField(file, "Owner", "me", { section: "State", missing: "append" });
  await updateMarkdownSection(file, "### Log", "empty", { missing: "append" });
  const withOwner = TEXT.replace("Phase: 1\r\n", "Phase: 1\r\nOwner: me\r\n");
  expect(contentOf(file)).toBe(`${withOwner}\r\n### Log\r\n\r\nempty\r\n`);
});

describe.each(faces)("%s", (_name, update, place) => {
  test.each(["none", "data", "full"] as const)("changes the file at %s", async (durability) => {
    const file = fileWith(TEXT);
    chmodSync(file, 0o640);
    await update(file, place, "new", { durability });
    expect(contentOf(file)).toBe(TEXT.replace(place === "Status" ? "old" : "none", "new"));
    expect(statSync(file).mode & 0o777).toBe(0o640);
    await update(file, place, "new", { durability, mode: 0o600 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(namesBeside(file)).toEqual(["STATE.md"]);
  });

  test("changes the file to which a link leads", async () => {
    const file = fileWith(TEXT);
    const link = join(dirname(file), "link.md");
    symlinkSync("STATE.md", link);
    await update(link, place, "new");
    expect(contentOf(file)).toContain("new");
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  test("a missing file is an error, and none is created", async () => {
    const file = join(temporaryFolder(), "STATE.md");
    for (const missing of ["refuse", "append"] as const) {
      await expect(update(file, place, "new", { missing })).rejects.toMatchObject({
        name: "MarkdownError",
        code: "ATOMIC_FS_MISSING",
        path: file,
      });
    }
    expect(namesBeside(file)).toEqual([]);
  });

  test.each([
    ["```\nStatus: code\n## Notes\n```\n", /^ATOMIC_FS_NO_(?:FIELD|SECTION)$/],
    ["Status: 1\nStatus: 2\n\n# Notes\n# Notes\n", /^ATOMIC_FS_AMBIGUOUS$/],
  ])("leaves a file with %j as it is", async (text, code) => {
    const file = fileWith(text);
    const { ino } = statSync(file);
    const error = { name: "MarkdownError", path: file, code: expect.stringMatching(code) };
    await expect(update(file, place, "new")).rejects.toMatchObject(error);
    expect(contentOf(file)).toBe(text);
    expect(statSync(file).ino).toBe(ino);
    expect(namesBeside(file)).toEqual(["STATE.md"]);
  });

  test("wrong arguments are refused before anything is touched", async () => {
    const file = join(temporaryFolder(), "missing", "STATE.md");
    for (const options of [
      { durability: "some" },
      { mode: 1.5 },
      { timeoutMilliseconds: -1 },
      { missing: "create" },
    ] as const) {
      await expect(update(file, place, "x", options as object)).rejects.toThrow(TypeError);
    }
    for (const wrong of ["", "a\nb", "a\rb", "\uD800", 1 as unknown as string]) {
      await expect(update(file, wrong, "x")).rejects.toThrow(TypeError);
    }
    for (const wrong of ["\uD800", undefined as unknown as string]) {
      await expect(update(file, place, wrong)).rejects.toThrow(TypeError);
    }
    await expect(updateMarkdownField(file, " a", "x")).rejects.toThrow(TypeError);
    await expect(updateMarkdownField(file, "a", "x", { section: "## " })).rejects.toThrow(
      TypeError,
    );
  });

  test("what would change the lines around it is refused", async () => {
    const file = fileWith(TEXT);
    await expect(update(file, place, "a\n```")).rejects.toThrow(TypeError);
    expect(contentOf(file)).toBe(TEXT);
    expect(namesBeside(file)).toEqual(["STATE.md"]);
  });

  test("a folder, and a lock that others have, are typed errors", async () => {
    const folder = join(temporaryFolder(), "STATE.md");
    mkdirSync(folder);
    const isFolder = { code: "ATOMIC_FS_IS_DIRECTORY" };
    await expect(update(folder, place, "new")).rejects.toMatchObject(isFolder);
    const file = fileWith(TEXT);
    let release = (): void => {};
    const section = withFileLock(file, () => new Promise<void>((resolve) => (release = resolve)));
    const hasty = update(file, place, "new", { timeoutMilliseconds: 20 });
    await expect(hasty).rejects.toMatchObject({ code: "ATOMIC_FS_LOCKED" });
    const patient = update(file, place, "new");
    expect(contentOf(file)).toBe(TEXT);
    release();
    await Promise.all([section, patient]);
    expect(contentOf(file)).toContain("new");
  });
});

test("of many updates at once, none is lost", async () => {
  const fields = Array.from({ length: 30 }, (_, index) => `Field ${index}`);
  const file = fileWith(fields.map((field) => `${field}: old\n`).join(""));
  const updates = fields.map((field) =>
    updateMarkdownField(file, field, `new ${field}`, { durability: "none" }),
  );
  const added = fields.map((field) =>
    updateMarkdownField(file, `Added ${field}`, "new", { durability: "none", missing: "append" }),
  );
  await Promise.all([...updates, ...added]);
  const lines = contentOf(file).split("\n");
  expect(lines.slice(0, 30)).toEqual(fields.map((field) => `${field}: new ${field}`));
  expect(lines.slice(30, -1).toSorted()).toEqual(
    fields.map((field) => `Added ${field}: new`).toSorted(),
  );
});

test("a lock that was taken away stops an update before it changes anything", async () => {
  const file = fileWith(TEXT);
  const value = (): string => {
    unlinkSync(`${file}.lock`);
    return "new";
  };
  await expect(updateMarkdownField(file, "Status", value)).rejects.toMatchObject({
    code: "ATOMIC_FS_LOCK_LOST",
  });
  expect(contentOf(file)).toBe(TEXT);
  expect(namesBeside(file)).toEqual(["STATE.md"]);
});

test("a section grows by what several callers add at once, and nothing is lost", async () => {
  const file = fileWith("# State\n\n## Log\n");
  const add = (entry: number): Promise<void> =>
    updateMarkdownSection(file, "Log", (log) => `${log}\n- ${entry}`, { durability: "none" });
  await Promise.all(Array.from({ length: 20 }, (_, entry) => add(entry)));
  const entries = contentOf(file).match(/^- \d+$/gm) ?? [];
  expect(new Set(entries).size).toBe(20);
});
