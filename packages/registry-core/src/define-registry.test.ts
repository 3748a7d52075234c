import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { expect, test } from "vitest";
import * as z from "zod/mini";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { defineRegistry } from "./define-registry.ts";
import type { RegistryError, Warning } from "./errors.ts";
import { recordOf } from "./record-of.ts";

const NoteSchema = z.object({ text: z.string(), stars: z.optional(z.number()) });
type Note = z.infer<typeof NoteSchema>;
const FILE = ".planning/.local/notes.json";
const notes = defineRegistry({ file: FILE, schema: recordOf(NoteSchema), empty: {} });

const add =
  (id: string, note: Note) =>
  (all: Record<string, Note>): { value: Record<string, Note>; result: number } => ({
    value: { ...all, [id]: note },
    result: Object.keys(all).length,
  });

/** A folder whose registry holds this text. */
function folderWith(text: string | Uint8Array): string {
  const dir = temporaryFolder();
  mkdirSync(dirname(notes.path(dir)), { recursive: true });
  writeFileSync(notes.path(dir), text);
  return dir;
}

const textIn = (dir: string): string => readFileSync(notes.path(dir), "utf8");
const asidesIn = (dir: string): string[] =>
  readdirSync(dirname(notes.path(dir))).filter((name) => name.includes(".broken-"));

/** Until a change of the file gets another time stamp than the last one, by what the reader takes for sure. */
async function untilSettled(path: string): Promise<void> {
  while (Date.now() - statSync(path).ctimeMs < 60) await delay(5);
}

test("a value is read, changed by steps of both faces, and written with two spaces", async () => {
  const dir = temporaryFolder();
  expect(notes.read(dir)).toEqual({});
  expect(await notes.update(dir, add("a", { text: "one" }))).toBe(0);
  expect(notes.updateSync(dir, add("b", { text: "two" }))).toBe(1);
  expect(notes.read(dir)).toEqual({ a: { text: "one" }, b: { text: "two" } });
  expect(textIn(dir)).toBe(
    '{\n  "a": {\n    "text": "one"\n  },\n  "b": {\n    "text": "two"\n  }\n}\n',
  );
  expect(readdirSync(dirname(notes.path(dir)))).toEqual(["notes.json"]);
});

test("steps that are asked for at once are written together, each on what the one before has made", async () => {
  const dir = temporaryFolder();
  const results = await Promise.all(
    Array.from({ length: 100 }, (_, index) => notes.update(dir, add(`n${index}`, { text: "x" }))),
  );
  expect(results).toEqual(results.map((_, index) => index));
  expect(Object.keys(notes.read(dir))).toHaveLength(100);
});

test("a step that writes nothing leaves no trace, not even a folder", async () => {
  const dir = temporaryFolder();
  expect(await notes.update(dir, () => ({ result: 7 }))).toBe(7);
  expect(notes.updateSync(dir, (all) => ({ result: Object.keys(all).length }))).toBe(0);
  expect(readdirSync(dir)).toEqual([]);
  await notes.update(dir, add("a", { text: "one" }));
  const before = statSync(notes.path(dir)).ino;
  await notes.update(dir, (value) => ({ value, result: undefined }));
  expect(statSync(notes.path(dir)).ino).toBe(before);
});

test("a missing folder is an error, and is not created", async () => {
  const dir = join(temporaryFolder(), "missing");
  const missing = { code: "REGISTRY_FOLDER_MISSING", path: dir };
  await expect(notes.update(dir, add("a", { text: "" }))).rejects.toMatchObject(missing);
  expect(() => notes.updateSync(dir, add("a", { text: "" }))).toThrow(
    expect.objectContaining(missing),
  );
  const atTheTop = defineRegistry({ file: "notes.json", schema: recordOf(NoteSchema), empty: {} });
  await expect(atTheTop.update(dir, add("a", { text: "" }))).rejects.toMatchObject(missing);
  expect(existsSync(dir)).toBe(false);
});

test("a file is parsed once while it stays the same, and again whenever it has changed", async () => {
  const dir = folderWith('{"a": {"text": "one"}}');
  utimesSync(notes.path(dir), 1, 1);
  await untilSettled(notes.path(dir));
  const first = notes.read(dir);
  expect(notes.read(dir)).toBe(first);
  // In place, of the same size and with the time stamp it had: the system keeps one that no tool sets.
  writeFileSync(notes.path(dir), '{"a": {"text": "two"}}');
  utimesSync(notes.path(dir), 1, 1);
  expect(notes.read(dir)).toEqual({ a: { text: "two" } });
  notes.updateSync(dir, add("a", { text: "six" }));
  expect(notes.read(dir)).toEqual({ a: { text: "six" } });
});

test("of changes that come faster than time stamps none is overlooked", () => {
  const dir = folderWith('{"a": {"text": "0000"}}');
  for (let time = 1; time < 300; time += 1) {
    const text = String(time).padStart(4, "0");
    writeFileSync(notes.path(dir), `{"a": {"text": "${text}"}}`);
    expect(notes.read(dir)["a"]?.text).toBe(text);
  }
});

test("values are frozen: nobody changes what others read, nor leaves half of a change behind", async () => {
  const dir = folderWith('{"a": {"text": "one"}}');
  expect(() => Object.assign(notes.read(dir)["a"] ?? {}, { text: "two" })).toThrow(TypeError);
  const half = notes.update(dir, (all) => {
    for (const note of Object.values(all)) note.text = "half";
    return { value: all, result: undefined };
  });
  await expect(half).rejects.toThrow(TypeError);
  expect(textIn(dir)).toBe('{"a": {"text": "one"}}');
});

test("a value says by its type, at its top, that it cannot be changed", async () => {
  const dir = folderWith('{"a": {"text": "one"}}');
  const note: Note = { text: "two" };
  // @ts-expect-error: read-only
  expect(() => (notes.read(dir)["b"] = note)).toThrow(TypeError);
  const inPlace = notes.update(dir, (all) => {
    // @ts-expect-error: read-only
    all["b"] = note;
    return { value: all, result: undefined };
  });
  await expect(inPlace).rejects.toThrow(TypeError);
  expect(textIn(dir)).toBe('{"a": {"text": "one"}}');
});

test("a step that fails, or gives what does not fit, is refused alone and leaves the others' changes", async () => {
  const dir = temporaryFolder();
  const wrong = { text: 5 } as unknown as Note;
  const date = { text: "now", at: new Date() };
  const cyclic: Record<string, unknown> = { text: "a" };
  cyclic["self"] = cyclic;
  const outcomes = await Promise.allSettled([
    notes.update(dir, add("a", { text: "one" })),
    notes.update(dir, () => {
      throw new RangeError("no");
    }),
    notes.update(dir, add("b", wrong)),
    notes.update(dir, add("c", { text: "c", extra: true } as Note)),
    notes.update(dir, add("d", { text: "two" })),
  ]);
  expect(
    outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason : "done")),
  ).toEqual([
    "done",
    new RangeError("no"),
    expect.objectContaining({
      code: "REGISTRY_VALUE_INVALID",
      reason: expect.stringContaining("b: text: "),
    }),
    expect.objectContaining({
      code: "REGISTRY_VALUE_INVALID",
      reason: "c.extra: the schema leaves it out",
    }),
    "done",
  ]);
  expect(notes.read(dir)).toEqual({ a: { text: "one" }, d: { text: "two" } });
  const anything = defineRegistry<unknown>({
    file: "anything.json",
    schema: { parse: (raw) => raw },
    empty: null,
  });
  for (const value of [date, cyclic, Number.NaN, 5n, [() => 1]]) {
    const written = anything.update(dir, () => ({ value, result: undefined }));
    await expect(written).rejects.toMatchObject({ code: "REGISTRY_VALUE_INVALID" });
  }
  expect(existsSync(anything.path(dir))).toBe(false);
});

test("steps are synchronous and ask for nothing: a promise, or an update inside one, is a TypeError", async () => {
  const dir = temporaryFolder();
  const promise = notes.update(dir, (async () => ({ result: 1 })) as never);
  await expect(promise).rejects.toThrow(TypeError);
  const nested = notes.update(dir, () => {
    notes.updateSync(dir, add("a", { text: "inner" }));
    return { result: undefined };
  });
  await expect(nested).rejects.toThrow(TypeError);
  const nestedAsync = notes.update(dir, () => {
    // Nobody would hear of a rejection.
    void notes.update(dir, add("a", { text: "inner" }));
    return { result: undefined };
  });
  await expect(nestedAsync).rejects.toThrow(TypeError);
  await expect(notes.update(dir, () => undefined as never)).rejects.toThrow(TypeError);
  const reading = notes.update(dir, () => ({ result: notes.read(dir) }));
  await expect(reading).rejects.toThrow(TypeError);
  expect(readdirSync(dir)).toEqual([]);
});

test("fields and entries that the schema does not know stay, also beside changes", async () => {
  const dir = folderWith(
    JSON.stringify({
      odd: 5,
      a: { text: "one", colour: "red", stars: 1 },
      b: { text: "two", deep: { kept: true } },
      c: { text: "three" },
    }),
  );
  await notes.update(dir, ({ a, c: _gone, ...all }) => ({
    value: { a: { text: `${a?.text}!` }, ...all, d: { text: "four" } },
    result: undefined,
  }));
  expect(JSON.parse(textIn(dir))).toEqual({
    odd: 5,
    a: { text: "one!", colour: "red" },
    b: { text: "two", deep: { kept: true } },
    d: { text: "four" },
  });
  expect(asidesIn(dir)).toEqual([]);
});

test("unknown fields stay in the items of a list that are the same, or at their place and alike", async () => {
  const Task = z.object({ id: z.number(), title: z.string(), isDone: z.boolean() });
  const Tasks = z.object({ version: z.literal(1), tasks: z.array(Task) });
  const tasks = defineRegistry({ file: "t.json", schema: Tasks, empty: { version: 1, tasks: [] } });
  const dir = temporaryFolder();
  const task = (id: number) => ({ id, title: `task ${id}`, isDone: false });
  const noted = (id: number) => ({ ...task(id), note: `of ${id}` });
  writeFileSync(
    tasks.path(dir),
    JSON.stringify({ version: 1, by: "me", tasks: [1, 2, 3].map(noted) }),
  );
  const change = (next: (all: z.infer<typeof Task>[]) => z.infer<typeof Task>[]) =>
    tasks.update(dir, (all) => ({ value: { ...all, tasks: next(all.tasks) }, result: undefined }));
  const stored = (): unknown => JSON.parse(readFileSync(tasks.path(dir), "utf8"));
  await change(([first, ...others]) => [...others, ...(first ? [{ ...first, isDone: true }] : [])]);
  expect(stored()).toMatchObject({ tasks: [noted(2), noted(3), { ...task(1), isDone: true }] });
  // What had the note of the first one is not known any more: the file was set aside.
  expect(readdirSync(dir).filter((name) => name.includes(".broken-"))).toHaveLength(1);
  await change((all) => all.map((one) => ({ ...one, isDone: true })));
  await change((all) => all.slice(1));
  await change((all) => [...all, task(4)]);
  expect(stored()).toEqual({
    version: 1,
    by: "me",
    tasks: [{ ...noted(3), isDone: true }, { ...task(1), isDone: true }, task(4)],
  });
  expect(readdirSync(dir).filter((name) => name.includes(".broken-"))).toHaveLength(1);
});

test("a change that would be read as another one, for the schema puts things in order, is refused", async () => {
  const Sorted = z.array(z.object({ id: z.string() }));
  const sorted = defineRegistry({
    file: "sorted.json",
    schema: { parse: (raw) => Sorted.parse(raw).toSorted((a, b) => a.id.localeCompare(b.id)) },
    empty: [],
  });
  const dir = temporaryFolder();
  const remove = (removed: string) =>
    sorted.update(dir, (all) => ({
      value: all.filter(({ id }) => id !== removed),
      result: undefined,
    }));
  const text = '[{"id": "b", "note": "of b"}, {"id": "a"}]';
  writeFileSync(sorted.path(dir), text);
  await expect(remove("a")).rejects.toMatchObject({ code: "REGISTRY_VALUE_INVALID" });
  expect(readFileSync(sorted.path(dir), "utf8")).toBe(text);
  writeFileSync(sorted.path(dir), '[{"id": "b"}, {"id": "a"}]');
  await remove("a");
  expect(sorted.read(dir)).toEqual([{ id: "b" }]);
});

test("a file that is missing or damaged is written also when the value is given back as it was", async () => {
  const dir = temporaryFolder();
  const same = () => notes.update(dir, (value) => ({ value, result: undefined }));
  await same();
  expect(textIn(dir)).toBe("{}\n");
  writeFileSync(notes.path(dir), "{ broken");
  await same();
  expect(textIn(dir)).toBe("{}\n");
  expect(asidesIn(dir)).toHaveLength(1);
});

test("where it is so defined, a damaged file is refused and stays", async () => {
  const counter = defineRegistry({
    file: "n.json",
    schema: z.number(),
    empty: 0,
    corrupt: "refuse",
  });
  const dir = temporaryFolder();
  const next = () => counter.update(dir, (n) => ({ value: n + 1, result: n }));
  expect([await next(), await next()]).toEqual([0, 1]);
  writeFileSync(counter.path(dir), "{");
  await expect(next()).rejects.toMatchObject({ code: "REGISTRY_CORRUPT" });
  expect(readdirSync(dir)).toEqual(["n.json"]);
});

test.each([5, {}, { val: {}, result: 1 }, { a: { text: "forgotten" } }])(
  "a step that gives %j is a TypeError, and writes nothing",
  async (made) => {
    const dir = temporaryFolder();
    await expect(notes.update(dir, () => made as never)).rejects.toThrow(TypeError);
    expect(readdirSync(dir)).toEqual([]);
  },
);

test.each<[string, string | Uint8Array, string]>([
  ["that is cut", '{"a": {"text"', "it is not valid JSON"],
  ["full of NUL bytes", Buffer.alloc(100), "it is not valid JSON"],
  ["of another shape", "[]", "it is not a JSON object"],
  ["with a key twice", '{"a": {"text": "1"}, "a": {"text": "2"}}', 'it holds the key "a" twice'],
  ["with a number that is rounded", '{"b": 12345678901234567890}', "which would be rounded"],
  ["with an entry in the way", '{"new": 5}', 'its entry "new" is not understood'],
])(
  "a file %s is kept aside before it is replaced, and a warning says why",
  async (_, text, why) => {
    const dir = folderWith(text);
    const warnings: Warning[] = [];
    const onWarning = (warning: Warning): void => void warnings.push(warning);
    await notes.update(dir, () => ({ result: undefined }), { onWarning });
    expect(warnings).toEqual([]);
    await notes.update(dir, add("new", { text: "here" }), { onWarning });
    expect(warnings).toMatchObject([
      { code: "REGISTRY_QUARANTINED", message: expect.stringContaining(why) },
    ]);
    expect(readFileSync(warnings[0]?.path ?? "").equals(Buffer.from(text))).toBe(true);
    expect(notes.read(dir)["new"]).toEqual({ text: "here" });
    await notes.update(dir, add("next", { text: "here" }), { onWarning });
    expect(warnings).toHaveLength(1);
  },
);

test("a damaged file reads as empty, stays as it is, and its fault is told to who asks", () => {
  const dir = folderWith('{"a":');
  const faults: RegistryError[] = [];
  expect(notes.read(dir, { onFault: (fault) => faults.push(fault) })).toEqual({});
  expect(faults).toMatchObject([{ code: "REGISTRY_CORRUPT", path: notes.path(dir) }]);
  expect(textIn(dir)).toBe('{"a":');
});

test("what would be too large to be read again is refused, alone", async () => {
  const dir = temporaryFolder();
  const huge = { text: "x".repeat(33 * 1024 * 1024) };
  const outcomes = await Promise.allSettled([
    notes.update(dir, add("a", { text: "one" })),
    notes.update(dir, add("b", huge)),
    notes.update(dir, add("c", { text: "two" })),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(outcomes[1]).toMatchObject({ reason: { code: "REGISTRY_FULL" } });
  expect(Object.keys(notes.read(dir))).toEqual(["a", "c"]);
});

test.each(["", "/etc/notes.json", "../notes.json", "a//b", "a/./b", "a\\b"])(
  "%j is refused as the file of a registry",
  (file) => {
    const schema = recordOf(NoteSchema);
    expect(() => defineRegistry({ file, schema, empty: {} })).toThrow(TypeError);
  },
);

test("an empty value that does not fit its schema is refused where it is written", () => {
  const define = (): unknown =>
    defineRegistry({ file: "a.json", schema: NoteSchema, empty: {} as Note });
  expect(define).toThrow(TypeError);
});

test("a step learns whether its value comes from a file, and in a batch that it does by then", async () => {
  const dir = temporaryFolder();
  const origins: string[] = [];
  const look = (text: string) => (all: Record<string, Note>, origin: string) => {
    origins.push(origin);
    return { value: { ...all, [text]: { text } }, result: undefined };
  };
  mkdirSync(dirname(notes.path(dir)), { recursive: true });
  await Promise.all([notes.update(dir, look("a")), notes.update(dir, look("b"))]);
  notes.updateSync(dir, look("c"));
  writeFileSync(notes.path(dir), "{");
  notes.updateSync(dir, look("d"));
  expect(origins).toEqual(["missing", "file", "file", "damaged"]);
});
