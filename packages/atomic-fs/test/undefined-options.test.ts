import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import {
  quarantineFile,
  updateJson,
  updateMarkdownField,
  updateMarkdownSection,
  validateFile,
  withFileLock,
  writeFileAtomic,
} from "@x/atomic-fs";

import { temporaryFolder } from "../../../test/temporary-folder.ts";

const lock = { timeoutMilliseconds: undefined };
const written = { ...lock, durability: undefined, mode: undefined };

test("options that are undefined are as if they were not given", async () => {
  const folder = temporaryFolder();
  const json = join(folder, "a.json");
  const asNone = { ...written, initial: undefined, indent: undefined, corrupt: undefined };
  const count = ({ runs }: { runs: number }) => ({ runs: runs + 1 });
  await expect(updateJson(json, count, asNone)).rejects.toMatchObject({
    code: "ATOMIC_FS_MISSING",
  });
  await expect(writeFileAtomic(json, "", { ...written, allowEmpty: undefined })).rejects.toThrow(
    expect.objectContaining({ code: "ATOMIC_FS_EMPTY" }),
  );
  await writeFileAtomic(json, '{"runs":1}', { ...written, allowEmpty: undefined });
  await withFileLock(json, () => {}, lock);
  await updateJson(json, count, { ...asNone, onQuarantine: undefined });
  expect(readFileSync(json, "utf8")).toBe('{\n  "runs": 2\n}\n');
  expect((await validateFile(json, { validate: undefined })).state).toBe("valid");

  const page = join(folder, "page.md");
  writeFileSync(page, "# Page\n\nStatus: new\n\n## Next\n\nAsk.\n");
  const edited = { ...written, missing: undefined };
  await updateMarkdownField(page, "Status", "old", { ...edited, section: undefined });
  await updateMarkdownSection(page, "Next", "Build.", edited);
  await expect(updateMarkdownField(page, "Owner", "x", edited)).rejects.toMatchObject({
    code: "ATOMIC_FS_NO_FIELD",
  });
  expect(readFileSync(page, "utf8")).toBe("# Page\n\nStatus: old\n\n## Next\n\nBuild.\n");

  await quarantineFile(page, { keep: undefined });
  expect((await validateFile(page)).state).toBe("missing");
});
