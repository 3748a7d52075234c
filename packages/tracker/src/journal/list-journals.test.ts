import { appendFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { runTypeScript } from "../../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../../test/temporary-folder.ts";
import { WriteBuffer } from "../write-buffer.ts";
import { journalFolderOf } from "./journal-folder.ts";
import { Journal } from "./journal.ts";
import { listJournals } from "./list-journals.ts";

const program = fileURLToPath(
  new URL("../../test/programs/buffer-until-killed.ts", import.meta.url),
);

test("journals are told with their hosts and what they hold, and stay what they are", async () => {
  const path = join(temporaryFolder(), "agents.lmdb");
  const folder = journalFolderOf(path);
  expect(listJournals(folder)).toEqual([]);
  const buffer = new WriteBuffer({ journal: new Journal(folder) });
  buffer.bufferScore("build", { type: "tool" }, { at: new Date() });
  const [own] = readdirSync(folder);
  const host = runTypeScript(program, [path, "3", "build"], { stdio: "pipe" });
  await new Promise((resolve) => host.stdout?.once("data", resolve));
  host.kill("SIGKILL");
  await new Promise((resolve) => host.once("close", resolve));
  const found = listJournals(folder);
  expect(found.find(({ writer }) => writer === "alive")).toEqual({
    stream: own?.split(".")[0],
    paths: [join(folder, own ?? "")],
    writer: "alive",
    pid: process.pid,
    events: 1,
    damagedLines: 0,
    fault: undefined,
  });
  const left = found.find(({ writer }) => writer === "dead");
  expect(left).toMatchObject({ pid: host.pid, damagedLines: 0, fault: undefined });
  expect(left?.events).toBe(3);
  expect(listJournals(folder)).toEqual(found);
});

test("a line that is damaged is counted, and what is of a later version, or no file, is a fault of its own", () => {
  const folder = journalFolderOf(join(temporaryFolder(), "agents.lmdb"));
  new WriteBuffer({ journal: new Journal(folder) }).bufferScore("build", { type: "tool" });
  const [name = ""] = readdirSync(folder);
  appendFileSync(join(folder, name), "00000000 {}\n");
  expect(listJournals(folder)).toMatchObject([{ events: 1, damagedLines: 1 }]);
  writeFileSync(join(folder, "abc-def.1.jsonl"), "");
  // A copy under another name would count again.
  appendFileSync(join(folder, "abc-xyz.1.jsonl"), "");
  expect(listJournals(folder)).toHaveLength(3);
});
