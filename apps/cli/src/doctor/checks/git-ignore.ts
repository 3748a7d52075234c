import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

import { registryPath } from "@x/registry-core/leases";
import { findLinkOut, gitDirOf, readCheckout, realPathOf } from "@x/registry-core/workspace";

import { codeOf } from "../../errors/error-code.ts";
import { assertInPlace } from "../assert-in-place.ts";
import { type Check, findingOf } from "../finding.ts";
import { hideFolder, isHidable } from "../hide-folder.ts";
import { shellWord } from "../shell-word.ts";

/** Whether git is told to leave the registry of leases alone: it is of one machine, and of the moment. */
export const gitIgnore: Check = {
  id: "git-ignore",
  look: async (place) => {
    const { leases: root } = place;
    if (root === undefined || !existsSync(registryPath(root)) || isIgnored(root)) {
      return { found: [] };
    }
    const folder = dirname(registryPath(root));
    // What somebody has written into theirs stays, and so does what lies behind a link out of the checkout.
    const isFree = isHidable(folder) && findLinkOut(root, folder) === undefined;
    return {
      found: [
        findingOf("local-not-ignored", {
          path: folder,
          message:
            "Git is not told to ignore the registry of leases: committed, it would bring the leases of one machine to another one.",
          command: `git -C ${shellWord(root)} check-ignore -v .planning/.local/registry.json`,
          advice: "Add /.local/ to .planning/.gitignore.",
          ...(isFree && {
            fix: "writes a .gitignore into that folder, which hides all of it",
            mend: async () => {
              assertInPlace(folder, place);
              return hideFolder(folder) ? {} : { left: "there is one by now" };
            },
          }),
        }),
      ],
    };
  },
};

/**
 * By the files that git would read, and not by its rules: a line that speaks of the folder is taken for one that
 * hides it. True outside git.
 */
function isIgnored(root: string): boolean {
  const gitDir = gitDirOf(root);
  const top = readCheckout(root)?.top;
  if (gitDir === undefined || top === undefined) return true;
  const above = foldersUpTo(top, realPathOf(root) ?? root);
  const folders = [join(root, ".planning", ".local"), join(root, ".planning"), ...above];
  const files = [
    ...folders.map((folder) => join(folder, ".gitignore")),
    join(gitDir, "info/exclude"),
  ];
  return files.some((file) => linesOf(file).some(speaksOfIt));
}

function foldersUpTo(top: string, folder: string): string[] {
  const above = dirname(folder);
  return folder === top || above === folder ? [folder] : [folder, ...foldersUpTo(top, above)];
}

function speaksOfIt(line: string): boolean {
  if (/^[#!]/.test(line)) return false;
  return (
    line.includes(".planning") ||
    line.includes(".local") ||
    /^\/?(\*|\*\*|\.\*)\/?$/.test(line.trim())
  );
}

function linesOf(path: string): string[] {
  try {
    return statSync(path).isFile() ? readFileSync(path, "utf8").split("\n") : [];
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "")) return [];
    throw error;
  }
}
