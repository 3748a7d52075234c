import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { listSetAside } from "@x/registry-core/leases";

import { databaseFileOf } from "../../tracker/database-file.ts";
import { lookInto } from "../could-not-look.ts";
import { filesBelow, namesBeside, namesIn } from "../files-below.ts";
import { type Check, type Found, findingOf } from "../finding.ts";
import { foldersOf } from "../place.ts";

const SET_ASIDE = /^(.+)\.broken-\d+$/s;

/**
 * Damaged files that were set aside. They are moved by people only: what is in them may be the last copy of
 * something, and a recovery dates itself by them.
 */
export const setAsideFiles: Check = {
  id: "set-aside-files",
  look: async (place) => {
    const { leases, database } = place;
    const ofLeases = leases === undefined ? [] : listSetAside(leases);
    const trees = foldersOf(place).flatMap((folder) => filesBelow(folder, place).folders);
    const inCheckout = trees.flatMap(({ folder, names }) => setAsideIn(folder, names));
    const beside = await lookInto("The folder", database ?? null, async () => {
      if (database === undefined) return { found: [] };
      const file = databaseFileOf(database);
      const journals = `${file}.journals`;
      const paths = [
        ...setAsideIn(dirname(file), namesBeside(file)),
        ...setAsideIn(journals, namesIn(journals)),
      ];
      return { found: paths.map(judge) };
    });
    const others = inCheckout.filter((path) => !ofLeases.includes(path));
    return { found: [...ofLeases.map(judgeLeases), ...others.map(judge), ...beside.found] };
  },
};

function setAsideIn(folder: string, names: readonly string[]): string[] {
  return names.filter((name) => SET_ASIDE.test(name)).map((name) => join(folder, name));
}

function judge(path: string): Found {
  const [, original = ""] = SET_ASIDE.exec(basename(path)) ?? [];
  const file = join(dirname(path), original);
  const isThere = existsSync(file);
  return findingOf("file-set-aside", {
    path,
    message: `${original} was damaged, or of no use any more, and was set aside.`,
    advice: `${isThere ? `Compare it with ${file}` : `See whether it holds what ${file} should, which is gone`}, and move it to another folder.`,
  });
}

function judgeLeases(path: string): Found {
  return findingOf("leases-set-aside", {
    path,
    message:
      "A damaged registry of leases was set aside: leases that it held may not be known any more, and their phases be granted anew.",
    advice:
      "See which leases it held that cabinet lease list does not show, grant again those that are still worked on, and move it to another folder.",
  });
}
