import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { validateFile } from "./validate-file.ts";

async function stateOf(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return (await validateFile(file)).state;
}

test.each([
  ["a.json", '{"a": 1}\n', "valid"],
  ["a.json", "\uFEFF[]", "valid"],
  ["a.JSON", '{"a": ', "invalid"],
  ["a.json", "", "invalid"],
  ["a.json", "\0\0\0", "invalid"],
  ["a.json", Buffer.from([0x22, 0xff, 0x22]), "invalid"],
  // The extension counts, not the letters somewhere in the name.
  ["a.json.md", "# no JSON", "valid"],
  ["STATE.md", "# State\n", "valid"],
  ["STATE.md", "", "invalid"],
  ["STATE.md", "\0".repeat(4096), "invalid"],
])("%s with %j is %s", async (name, content, state) => {
  expect(await stateOf(name, content)).toBe(state);
});

test("a validator of one's own says what is valid, and its reason is told", async () => {
  const file = join(temporaryFolder(), "plan.md");
  writeFileSync(file, "no front matter");
  const reason = new Error("it has no front matter");
  const validate = (content: Uint8Array, path: string): void => {
    expect(path).toBe(file);
    if (!Buffer.from(content).toString().startsWith("---")) throw reason;
  };
  expect(await validateFile(file, { validate })).toEqual({ state: "invalid", cause: reason });
  expect(await validateFile(file, { validate: () => {} })).toEqual({ state: "valid" });
  expect(await validateFile(file, { validate: () => true })).toEqual({ state: "valid" });
  expect(await validateFile(file, { validate: () => false })).toMatchObject({ state: "invalid" });
  const later = async (): Promise<void> => Promise.reject(reason);
  for (const wrong of [later as never, "json" as never]) {
    await expect(validateFile(file, { validate: wrong })).rejects.toThrow(TypeError);
  }
});

test("a missing file is missing, a dangling link too; what cannot be read is an error", async () => {
  const folder = temporaryFolder();
  expect(await validateFile(join(folder, "a.json"))).toEqual({ state: "missing" });
  symlinkSync("nowhere", join(folder, "link.json"));
  expect(await validateFile(join(folder, "link.json"))).toEqual({ state: "missing" });
  mkdirSync(join(folder, "folder.json"));
  await expect(validateFile(join(folder, "folder.json"))).rejects.toMatchObject({
    code: "ATOMIC_FS_IS_DIRECTORY",
  });
});
