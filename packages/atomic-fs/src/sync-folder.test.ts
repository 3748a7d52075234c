import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { failing } from "../test/failing.ts";
import { errnoOf } from "./errors.ts";
import { runSync, syncFileCalls } from "./file-calls.ts";
import { syncFolder, syncFolderSync, syncNames } from "./sync-folder.ts";

const CALLS = [
  ["syncFolder", syncFolder],
  ["syncFolderSync", async (path: string) => syncFolderSync(path)],
] as const;

test.each(CALLS)("%s takes a folder, and says what else it is given", async (_name, sync) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "a"));
  writeFileSync(join(folder, "file"), "text");
  await sync(folder);
  await sync(join(folder, "a"));
  await expect(sync("a\0b")).rejects.toThrow(TypeError);
  if (process.platform === "win32") return;
  const missing = join(folder, "missing");
  const cause = { code: "ENOENT" };
  await expect(sync(missing)).rejects.toMatchObject({ code: "ATOMIC_FS_IO", path: missing, cause });
  const code = "ATOMIC_FS_NOT_DIRECTORY";
  await expect(sync(join(folder, "file"))).rejects.toMatchObject({ code });
});

test.skipIf(process.platform === "win32").each([
  ["EINVAL", undefined],
  ["ENOTSUP", undefined],
  ["EIO", "EIO"],
])("where the system answers %s, %s is thrown, and the folder closed", (errno, thrown) => {
  const folder = temporaryFolder();
  const open = new Set<number>();
  const files = {
    ...syncFileCalls,
    open: (...args: Parameters<typeof syncFileCalls.open>) => {
      const descriptor = syncFileCalls.open(...args);
      open.add(descriptor);
      return descriptor;
    },
    close: (descriptor: number) => {
      syncFileCalls.close(descriptor);
      open.delete(descriptor);
    },
    fsync: failing(errno),
  };
  let code: string | undefined;
  try {
    runSync(syncNames(files, folder), files);
  } catch (error) {
    code = errnoOf(error);
  }
  expect([code, open.size]).toEqual([thrown, 0]);
});
