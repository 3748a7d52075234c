import { existsSync, lstatSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import {
  findOrphans,
  findOrphansIn,
  findRecovery,
  type Orphan,
  recoverFile,
  withFileLock,
} from "@x/atomic-fs";

import { plural } from "../../plural.ts";
import type { Copies } from "../copies.ts";
import { lookInto } from "../could-not-look.ts";
import { filesBelow, type FolderNames } from "../files-below.ts";
import { type Check, type Found, findingOf, type Look, type Mended } from "../finding.ts";
import { LOCK_PATIENCE } from "../lock-patience.ts";
import { databaseFileOf, foldersOf, type Place } from "../place.ts";

// What older tools called their temporary files tells nothing of whose they are, but for these.
const KNOWN_FILES: ReadonlySet<string> = new Set([
  ".session-plans.json",
  "registry.json",
  "ROADMAP.md",
  "status.yaml",
  "STATE.md",
  "agent-history.json",
  "checkpoint.json",
  "ISSUES.md",
  "clarifications.md",
]);

// That they are missing means something: none is active, nobody has the run, no agent is running.
const MAY_BE_MISSING: ReadonlySet<string> = new Set([
  ".active",
  "executor.json",
  "current-agent-id.txt",
]);

/** Temporary files of writers that were killed, and the files that could be recovered from them. */
export const temporaryFiles: Check = {
  id: "temporary-files",
  look: async (place) => {
    const trees = foldersOf(place).map((folder) => filesBelow(folder, place));
    const folders = trees.flatMap((tree) => tree.folders);
    const looks = await Promise.all([
      ...folders.map((folder) =>
        lookInto("The folder", folder.folder, () => lookIn(folder, place)),
      ),
      judgeAll(join(place.checkout, "opencode.json"), place),
      lookBesideDatabase(place),
    ]);
    const files = folders.reduce((sum, { names }) => sum + names.length, 0);
    return {
      found: [...trees.flatMap((tree) => tree.found), ...looks.flatMap((look) => look.found)],
      seen: `${plural(files, "file")} in .ai and .planning`,
    };
  },
};

async function lookIn({ folder, names }: FolderNames, place: Place): Promise<Look> {
  const ours = await findOrphansIn(folder);
  const targets = new Set(ours.map(({ target }) => target));
  // The old names are those of a file's own temporary files, whether it is there or not.
  for (const name of names) {
    const [, known = ""] = /^(.+?)\.(?:tmp|\d+\.tmp|tmp\.\d+)$/.exec(name) ?? [];
    if (KNOWN_FILES.has(known)) targets.add(join(folder, known));
  }
  const looks = await Promise.all([...targets].map((target) => judgeAll(target, place)));
  return { found: looks.flatMap((look) => look.found) };
}

/** Whatever is written beside the database begins with its name. */
function lookBesideDatabase({ database }: Place): Promise<Look> | Look {
  if (database === undefined) return { found: [] };
  return lookInto("The folder", dirname(database), async () => {
    const file = databaseFileOf(database);
    const ours = await findOrphansIn(dirname(file));
    const beside = ours.filter(({ target }) => basename(target).startsWith(basename(file)));
    return { found: beside.flatMap((orphan) => judge(orphan.target, orphan)) };
  });
}

/** What is to be said of the temporary files of one file. */
function judgeAll(target: string, place: Place): Promise<Look> {
  return lookInto("The file", target, async () => {
    // Beside what a link leads to, nothing is ours to move: it may have come with a repository.
    if (isLink(target)) return { found: [] };
    const orphans = await findOrphans(target);
    if (orphans.length === 0) return { found: [] };
    const usable = await recoveryOf(target, place);
    if (usable === undefined) return { found: orphans.flatMap((orphan) => judge(target, orphan)) };
    const others = orphans.filter(({ writer }) => writer === "unknown");
    const notes = others.flatMap((orphan) => judge(target, orphan));
    return { found: [recoverable(target, usable, place), ...notes] };
  });
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** The complete write that could take the place of a file that is missing or damaged. */
async function recoveryOf(target: string, place: Place): Promise<string | undefined> {
  if (MAY_BE_MISSING.has(basename(target))) return undefined;
  const usable = await findRecovery(target);
  // Of a text that nothing vouches for, half would do as well.
  const isVouchedFor = usable?.isComplete === true || target.endsWith(".json");
  if (usable === undefined || !isVouchedFor) return undefined;
  if (basename(target) !== ".session-plans.json" || existsSync(target)) return usable.path;
  return (await wasCleaned(usable.path, target, place)) ? undefined : usable.path;
}

/** A registry that was cleaned since is in the trash, and not missing. */
async function wasCleaned(temporary: string, target: string, { plans }: Place): Promise<boolean> {
  const { listTrash } = await import("@x/registry-core/session-plans");
  const orphan = (await findOrphans(target)).find(({ path }) => path === temporary);
  const trash = await listTrash(plans);
  return trash.some(
    ({ hasRegistry, trashedAt }) =>
      hasRegistry && Date.parse(trashedAt) >= (orphan?.modified.getTime() ?? 0),
  );
}

function recoverable(target: string, temporary: string, place: Place): Found {
  return findingOf("recoverable-file", {
    path: target,
    message: `${target} is ${existsSync(target) ? "damaged" : "missing"}, and a write of it whose process was killed is complete: ${temporary}.`,
    command: `Compare ${basename(temporary)} with what ${basename(target)} should hold; move it to another folder if that should not come back.`,
    fix: "puts that write in its place, and sets aside beside it what is there now",
    mend: async (copies) => {
      if (isLink(target)) return { left: "it is a link by now" };
      const usable = await recoveryOf(target, place);
      if (usable === undefined) return { left: "it is whole again, or nothing can take its place" };
      if (usable !== temporary) return { left: "another write has been cut short meanwhile" };
      copies.keep(usable);
      if (existsSync(target)) copies.keep(target);
      const { outcome } = await recoverFile(target, LOCK_PATIENCE);
      return outcome === "recovered" ? {} : { left: `it is ${outcome} by now` };
    },
  });
}

function judge(target: string, { path, pid, writer, size }: Orphan): Found[] {
  const whose = pid === undefined ? "a process" : `process ${pid}`;
  if (writer === "alive") return [];
  if (writer === "unknown") {
    return [
      findingOf("unknown-temporary-file", {
        path,
        message: `A temporary file of ${basename(target)} was left by ${whose}, of which nobody here can say whether it still runs.`,
        command: "Find out whether a tool of another machine or container is at work here.",
      }),
    ];
  }
  return [
    findingOf("orphaned-temporary-file", {
      path,
      message: `${whose} was killed while it wrote ${basename(target)}: ${plural(size, "byte")} of that are left, and of no use to anybody.`,
      command: `Compare it with ${target}.`,
      fix: "moves it to the copies",
      mend: (copies) => takeOrphan(target, path, copies),
    }),
  ];
}

/** Under the lock under which the file is recovered. */
function takeOrphan(target: string, path: string, copies: Copies): Promise<Mended> {
  return withFileLock(
    target,
    async ({ assertHeld }) => {
      if (isLink(target)) return { left: "its file is a link by now" };
      const orphan = (await findOrphans(target)).find((one) => one.path === path);
      if (orphan === undefined) return { left: "it is gone by now" };
      if (orphan.writer !== "dead") return { left: "its writer may still run" };
      assertHeld();
      copies.take(path);
      return {};
    },
    LOCK_PATIENCE,
  );
}
