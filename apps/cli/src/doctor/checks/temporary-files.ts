import { lstatSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { findOrphans, findOrphansIn, type Orphan, validateFile, withFileLock } from "@x/atomic-fs";
import { findLinkOut, isLink } from "@x/registry-core/workspace";

import { plural } from "../../screen/plural.ts";
import { databaseFileOf } from "../../tracker/database-file.ts";
import { assertInPlace } from "../assert-in-place.ts";
import type { Copies } from "../copies.ts";
import { lookInto } from "../could-not-look.ts";
import { filesBelow, type FolderNames } from "../files-below.ts";
import { type Check, type Found, findingOf, type Look, type Mended } from "../finding.ts";
import { LOCK_PATIENCE } from "../lock-patience.ts";
import { foldersOf, type Place } from "../place.ts";
import {
  findCutShort,
  isMissing,
  KNOWN_FILES,
  recoverableFile,
  unfinishedFile,
} from "../recoverable-file.ts";

/** What `cabinet init` writes outside of `.ai` and `.planning`. With comments it is as valid: it is never replaced. */
const CONFIGURATIONS = ["opencode.json", "opencode.jsonc"].flatMap((name) => [
  name,
  join(".opencode", name),
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
      ...CONFIGURATIONS.map((name) => lookBeside(join(place.checkout, name), place)),
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

/** Beside a file whose state is nothing to go by. */
function lookBeside(target: string, place: Place): Promise<Look> {
  return lookInto("The file", target, async () => {
    if (isLink(target) || findLinkOut(place.checkout, target) !== undefined) return { found: [] };
    const orphans = await findOrphans(target);
    return { found: orphans.flatMap((orphan) => judge(target, orphan, place)) };
  });
}

/** Whatever is written beside the database begins with its name. */
function lookBesideDatabase(place: Place): Promise<Look> | Look {
  const { database } = place;
  if (database === undefined) return { found: [] };
  return lookInto("The folder", dirname(database), async () => {
    const file = databaseFileOf(database);
    const ours = await findOrphansIn(dirname(file));
    const beside = ours.filter(({ target }) => basename(target).startsWith(basename(file)));
    return { found: beside.flatMap((orphan) => judge(orphan.target, orphan, place)) };
  });
}

/** What is to be said of the temporary files of one file. */
function judgeAll(target: string, place: Place): Promise<Look> {
  return lookInto("The file", target, async () => {
    // Beside what a link leads to, nothing is ours to move: it may have come with a repository.
    if (isLink(target)) return { found: [] };
    const orphans = await findOrphans(target);
    if (orphans.length === 0) return { found: [] };
    const cutShort = await findCutShort(target, place);
    if (cutShort === undefined) {
      const isKept = await isDamaged(target);
      return {
        found: orphans.flatMap((orphan) =>
          isKept && orphan.writer === "dead"
            ? [unfinishedFile(target, orphan.path)]
            : judge(target, orphan, place),
        ),
      };
    }
    const { path, isRecoverable } = cutShort;
    const others = orphans.filter(({ writer }) => writer === "unknown");
    return {
      found: [
        isRecoverable ? recoverableFile(target, path, place) : unfinishedFile(target, path),
        ...others.flatMap((orphan) => judge(target, orphan, place)),
      ],
    };
  });
}

/** Whether the state of a file is anything to go by. */
function isJudged(target: string, { checkout, database }: Place): boolean {
  if (CONFIGURATIONS.some((name) => target === join(checkout, name))) return false;
  return database === undefined || dirname(target) !== dirname(databaseFileOf(database));
}

/** Then an older write of it may be all that is whole. */
async function isDamaged(target: string): Promise<boolean> {
  return (await validateFile(target)).state === "invalid";
}

function judge(target: string, orphan: Orphan, place: Place): Found[] {
  const { path, pid, writer, size } = orphan;
  const whose = pid === undefined ? "a process" : `process ${pid}`;
  if (writer === "alive") return [];
  const wasThere = !isMissing(target);
  if (writer === "unknown") {
    return [
      findingOf("unknown-temporary-file", {
        path,
        message: `A temporary file of ${basename(target)} was left by ${whose}, of which nobody here can say whether it still runs.`,
        advice: "Find out whether a tool of another machine or container is at work here.",
      }),
    ];
  }
  return [
    findingOf("orphaned-temporary-file", {
      path,
      message: `${whose} was killed while it wrote ${basename(target)}: ${plural(size, "byte")} of that are left, and nobody reads them.`,
      advice: wasThere ? `Compare it with ${target}.` : `Look at it: ${target} is not there.`,
      fix: "moves it to the copies",
      mend: (copies) => takeOrphan({ target, orphan, wasThere }, place, copies),
    }),
  ];
}

/** A temporary file, and whether its file was there when it was judged to be of no use. */
interface Leftover {
  readonly target: string;
  readonly orphan: Orphan;
  readonly wasThere: boolean;
}

/** Under the lock under which the file is recovered. A writer that was dead is so for good. */
async function takeOrphan(
  { target, orphan: { path, size, modified }, wasThere }: Leftover,
  place: Place,
  copies: Copies,
): Promise<Mended> {
  // Before the lock: that, too, would be beside what a link leads to.
  assertInPlace(target, place);
  return withFileLock(
    target,
    async ({ assertHeld }) => {
      if (isLink(target)) return { left: "its file is a link by now" };
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats === undefined) return { left: "it is gone by now" };
      const isSame = stats.isFile() && stats.size === size && +stats.mtime === +modified;
      if (!isSame) return { left: "somebody has written to it meanwhile" };
      const isNeeded = isJudged(target, place) && (await isDamaged(target));
      if (isNeeded || (wasThere && isMissing(target))) {
        return { left: "its file is damaged or missing by now, and it may be all there is" };
      }
      assertHeld();
      assertInPlace(path, place);
      copies.take(path);
      return {};
    },
    LOCK_PATIENCE,
  );
}
