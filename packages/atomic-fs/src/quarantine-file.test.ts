import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { quarantineFileSync } from "./quarantine-file.ts";

test("the file moves aside whole, and never over an older one", () => {
  const folder = temporaryFolder();
  const file = join(folder, "registry.json");
  const asides = ["one", "two", "three"].map((content) => {
    writeFileSync(file, content);
    return quarantineFileSync(file);
  });
  expect(existsSync(file)).toBe(false);
  expect(asides.map((aside) => readFileSync(aside, "utf8"))).toEqual(["one", "two", "three"]);
  expect(readdirSync(folder).every((name) => /^registry\.json\.broken-\d+$/.test(name))).toBe(true);
});

test("with keep, the file also stays in its place", () => {
  const file = join(temporaryFolder(), "registry.json");
  writeFileSync(file, "damaged");
  const aside = quarantineFileSync(file, { keep: true });
  expect(readFileSync(file, "utf8")).toBe("damaged");
  expect(readFileSync(aside, "utf8")).toBe("damaged");
});

test("a missing file is an error", () => {
  const file = join(temporaryFolder(), "missing");
  expect(() => quarantineFileSync(file)).toThrow(expect.objectContaining({ code: "ATOMIC_FS_IO" }));
});
