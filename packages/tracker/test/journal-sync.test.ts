import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { endOf, nodeRuntime } from "../../../test/run-typescript.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";

const program = fileURLToPath(new URL("programs/sync-journal.ts", import.meta.url));
const hasStrace = spawnSync("strace", ["-V"]).status === 0;

test.skipIf(!hasStrace)(
  "what survives a power cut is synced as a file, and so are the names that lead to it",
  async () => {
    const parent = temporaryFolder();
    const folder = join(parent, "agents.lmdb.journals");
    const trace = join(parent, "trace");
    const watch = ["-f", "-y", "-e", "trace=fsync,fdatasync", "-e", "signal=none", "-o", trace];
    const node = [nodeRuntime.command, ...nodeRuntime.flags, program, folder];
    const child = spawn("strace", [...watch, ...node], { stdio: "pipe", timeout: 60_000 });
    expect(await endOf(child)).toMatchObject({ code: 0, stdout: "true" });
    const calls = readFileSync(trace, "utf8");
    expect(calls).toMatch(/fdatasync\(\d+<[^>]*\.journals\/[^>]*\.1\.jsonl>/);
    expect(calls).toContain(`<${folder}>`);
    expect(calls).toContain(`<${parent}>`);
  },
);
