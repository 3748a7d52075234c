import fs from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import type { Warning } from "../errors.ts";
import { collection } from "./collection.ts";
import { openJsonStore } from "./json-store.ts";
import { createMemoryStore } from "./memory-store.ts";

const notes = collection("notes", { parse: String });

function storeWith(text?: string): { path: string; store: ReturnType<typeof openJsonStore> } {
  const path = join(temporaryFolder(), "records.json");
  if (text !== undefined) fs.writeFileSync(path, text);
  return { path, store: openJsonStore(path) };
}

const putNote = (text: string) => () => ({ changes: [notes.put("a", text)], result: undefined });

test("the calls without promises are there, also for the types", async () => {
  for (const store of [storeWith().store, createMemoryStore()]) {
    store.sync.transact([], putNote("new"));
    expect(store.sync.get(notes.at("a"))).toBe("new");
    await store.close();
  }
});

test("records lie in the file by collection and key, and others' stay", async () => {
  const { path, store } = storeWith('{"leases": {"1": {"x": [1]}}, "notes": {"b": "kept"}}');
  await store.transact([], putNote("new"));
  expect(JSON.parse(fs.readFileSync(path, "utf8"))).toEqual({
    leases: { 1: { x: [1] } },
    notes: { a: "new", b: "kept" },
  });
  await store.close();
});

test("a transaction without changes writes no file, and a missing one holds nothing", async () => {
  const { path, store } = storeWith();
  expect(await store.get(notes.at("a"))).toBeUndefined();
  await store.transact([notes.at("a")], () => ({ changes: [], result: undefined }));
  expect(fs.existsSync(path)).toBe(false);
  await store.transact([], putNote("new"));
  const before = fs.statSync(path).ino;
  await store.transact([notes.at("a")], () => ({ changes: [], result: undefined }));
  expect(fs.statSync(path).ino).toBe(before);
});

test.each([
  ["", "REGISTRY_CORRUPT"],
  ['{"notes": {"a": "half', "REGISTRY_CORRUPT"],
  ["[]", "REGISTRY_CORRUPT"],
  ['{"notes": ["a"]}', "REGISTRY_CORRUPT"],
])("a damaged file (%j) is an error for every call, and stays as it is", async (text, code) => {
  const { path, store } = storeWith(text);
  const fault = expect.objectContaining({ name: "RegistryError", code, path }) as Error;
  await expect(store.get(notes.at("a"))).rejects.toThrow(fault);
  await expect(store.entries(notes, { limit: 1 })).rejects.toThrow(fault);
  await expect(store.transact([], putNote("new"))).rejects.toThrow(fault);
  expect(() => store.sync?.transact([], putNote("new"))).toThrow(fault);
  expect(fs.readFileSync(path, "utf8")).toBe(text);
  expect(fs.readdirSync(join(path, ".."))).toEqual(["records.json"]);
});

test("a file that cannot be read is an error, not an empty store", async () => {
  const { path, store } = storeWith();
  fs.mkdirSync(path);
  const fault = expect.objectContaining({ code: "REGISTRY_UNREADABLE" }) as Error;
  await expect(store.get(notes.at("a"))).rejects.toThrow(fault);
  await expect(store.entries(notes, { limit: 1 })).rejects.toThrow(fault);
  await expect(store.transact([], putNote("new"))).rejects.toThrow("directory");
});

test("a collection that has become empty leaves the file", async () => {
  const { path, store } = storeWith('{"notes": {"a": "last"}, "leases": {}}');
  await store.transact([], () => ({ changes: [notes.delete("a")], result: undefined }));
  expect(JSON.parse(fs.readFileSync(path, "utf8"))).toEqual({ leases: {} });
});

test("what a change by hand has made ambiguous is kept beside the file, with a warning", async () => {
  const path = join(temporaryFolder(), "records.json");
  const text = '{"notes": {"a": "first", "a": "second"}}';
  fs.writeFileSync(path, text);
  const warnings: Warning[] = [];
  const store = openJsonStore(path, { onWarning: (warning) => warnings.push(warning) });
  await store.transact([], putNote("new"));
  expect(warnings).toMatchObject([{ code: "REGISTRY_QUARANTINED" }]);
  expect(fs.readFileSync(warnings[0]?.path ?? "", "utf8")).toBe(text);
  expect(await store.get(notes.at("a"))).toBe("new");
});

test("what was opened with a relative path stays where it is", async () => {
  const folder = temporaryFolder();
  const before = process.cwd();
  process.chdir(folder);
  const store = openJsonStore("records.json");
  process.chdir(before);
  await store.transact([], putNote("new"));
  expect(fs.readdirSync(folder)).toEqual(["records.json"]);
});

test.each(["none", "data", "full"] as const)(
  "durability %s decides whether it is durable",
  (durability) => {
    const store = openJsonStore(join(temporaryFolder(), "records.json"), { durability });
    expect(store.supports).toEqual({ durable: durability === "full", processes: true });
  },
);
