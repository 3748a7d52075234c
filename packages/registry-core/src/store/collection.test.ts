import { expect, test } from "vitest";

import type { Schema } from "../schema.ts";
import type * as here from "./collection.ts";
import { collection, isChange } from "./collection.ts";
import { StoreError } from "./store-error.ts";

interface Item {
  readonly name: string;
  readonly parts?: unknown;
}

const misfit = new RangeError("no item");
const schema: Schema<Item> = {
  parse(raw) {
    if (typeof raw !== "object" || raw === null || !("name" in raw)) throw misfit;
    return raw as Item;
  },
};
const items = collection("items", schema);

test("addresses and changes name their collection and key", () => {
  expect(items.at("a")).toMatchObject({ collection: "items", key: "a" });
  const value = { name: "one" };
  expect(items.put("a", value)).toEqual({ type: "put", collection: "items", key: "a", value });
  expect(items.delete("a")).toEqual({ type: "delete", collection: "items", key: "a" });
});

test("only what put and delete have made is a change, and it stays as it was made", () => {
  const change = items.put("a", { name: "one" });
  expect([change, items.delete("a")].map(isChange)).toEqual([true, true]);
  const others = [{ ...change }, { type: "delete", collection: "items", key: "a" }, null, [change]];
  expect(others.map(isChange)).toEqual([false, false, false, false]);
  expect(Reflect.set(change, "key", "\0")).toBe(false);
});

test("a change of another copy of this package is one", async () => {
  const path = new URL("collection.ts?copy", import.meta.url).href;
  const copy = (await import(/* @vite-ignore */ path)) as typeof here;
  expect(copy.isChange).not.toBe(isChange);
  expect(copy.isChange(items.delete("a"))).toBe(true);
  expect(isChange(copy.collection("items", schema).put("a", { name: "one" }))).toBe(true);
});

test("what the caller changes after put is not in the change", () => {
  const item = { name: "one", parts: [1] };
  const change = items.put("a", item);
  item.name = "two";
  item.parts.push(2);
  expect(change).toMatchObject({ value: { name: "one", parts: [1] } });
});

test("put stores what the schema makes of the value", () => {
  const trimmed = collection("items", { parse: (raw) => String(raw).trim() });
  expect(trimmed.put("a", " x ")).toMatchObject({ value: "x" });
});

test("a value that does not fit is refused at put, with what the schema said as the cause", () => {
  const facts = { code: "REGISTRY_RECORD_INVALID", collection: "items", key: "a", cause: misfit };
  const put = (): unknown => items.put("a", {} as Item);
  expect(put).toThrow(StoreError);
  expect(put).toThrow(expect.objectContaining(facts));
});

test("a value that JSON cannot hold is refused at put, with the place", () => {
  const parts = [{ size: Number.NaN }];
  expect(() => items.put("a", { name: "one", parts })).toThrow(
    expect.objectContaining({
      code: "REGISTRY_RECORD_INVALID",
      collection: "items",
      key: "a",
      reason: expect.stringContaining("at .parts[0].size") as string,
    }),
  );
});

test("a value of 500 levels is stored, one of 501 is refused", () => {
  const nested = (levels: number): unknown =>
    JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
  expect(() => items.put("a", { name: "one", parts: nested(499) })).not.toThrow();
  expect(() => items.put("a", { name: "one", parts: nested(500) })).toThrow("deeper than 500");
});

test("a stored record that does not fit is corrupt, whether it is parsed here or by an address", () => {
  const facts = { code: "REGISTRY_RECORD_CORRUPT", collection: "items", key: "a", cause: misfit };
  expect(() => items.parse("a", 5)).toThrow(expect.objectContaining(facts));
  expect(() => items.at("a").parse(5)).toThrow(expect.objectContaining(facts));
  expect(items.at("a").parse({ name: "one" })).toEqual({ name: "one" });
});

test("every way to name a record checks its key", () => {
  const refused = expect.objectContaining({ code: "REGISTRY_KEY_INVALID" }) as Error;
  expect(() => items.at("")).toThrow(refused);
  expect(() => items.put("", { name: "one" })).toThrow(refused);
  expect(() => items.delete("")).toThrow(refused);
});

test.each(["", "Items", "1st", "a_b", "a.b", "-a", "__proto__", "x".repeat(65)])(
  "%j is no name of a collection",
  (name) => expect(() => collection(name, schema)).toThrow(TypeError),
);

test.each(["a", "run-state", "x2", "x".repeat(64)])("%s is a name of a collection", (name) => {
  expect(collection(name, schema).name).toBe(name);
});
