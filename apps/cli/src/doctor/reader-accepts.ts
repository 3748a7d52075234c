import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

import { codeOf } from "../errors/error-code.ts";

/** Where a file lies in a checkout, or in the folder of a run, and who reads it there. */
interface Reader {
  readonly place: string;
  readonly read: (folder: string) => Promise<unknown>;
}

const RUN_FILES = [
  "STATE.md",
  "agent-history.json",
  "checkpoint.json",
  "ISSUES.md",
  "clarifications.md",
];

const READERS: ReadonlyMap<string, Reader> = new Map([
  [
    ".session-plans.json",
    {
      place: ".ai/.session-plans.json",
      read: async (root: string) =>
        (await import("@x/registry-core/session-plans")).assertRegistry(root),
    },
  ],
  [
    "registry.json",
    {
      place: ".planning/.local/registry.json",
      read: async (root: string) => (await import("@x/registry-core/leases")).peekLeases(root),
    },
  ],
  [
    "status.yaml",
    {
      place: ".planning/spec/status.yaml",
      read: async (root: string) => (await import("@x/planning")).readStatus("spec", { root }),
    },
  ],
  ...RUN_FILES.map((name): [string, Reader] => [name, { place: name, read: readRun }]),
]);

async function readRun(folder: string): Promise<void> {
  const { detectResume, listIssues } = await import("@x/planning/run-state");
  await detectResume(folder);
  await listIssues(folder);
}

// Also what a newer version has written: whether it is whole, this one cannot judge.
const REFUSALS: ReadonlySet<string> = new Set([
  "REGISTRY_CORRUPT",
  "REGISTRY_NEWER",
  "PLANNING_STATUS_CORRUPT",
  "PLANNING_TOO_LARGE",
  "PLANNING_RUN_DAMAGED",
  "PLANNING_RUN_NEWER",
]);

/**
 * Whether what is in a temporary file would be read in the place of its file: that it is JSON, or not empty, makes it no
 * registry and no status. True where nobody reads more than text. It is read as a copy in a folder of its own.
 */
export async function readerAccepts(target: string, temporary: string): Promise<boolean> {
  const reader = READERS.get(basename(target));
  if (reader === undefined) return true;
  const folder = await mkdtemp(join(tmpdir(), "cabinet-doctor-"));
  try {
    const place = join(folder, reader.place);
    await mkdir(dirname(place), { recursive: true });
    await copyFile(temporary, place);
    await reader.read(folder);
    return true;
  } catch (error) {
    if (REFUSALS.has(codeOf(error) ?? "")) return false;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
