import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

import { writeFileAtomicSync } from "@x/atomic-fs";
import { registryPath } from "@x/registry-core/leases";
import { gitDirOf, isWithin, readCheckout, realPathOf } from "@x/registry-core/workspace";

import { codeOf } from "../could-not-look.ts";
import { type Check, findingOf } from "../finding.ts";

/** Whether git is told to leave the registry of leases alone: it is of one machine, and of the moment. */
export const gitIgnore: Check = {
  id: "git-ignore",
  look: async ({ leases: root }) => {
    if (root === undefined || !existsSync(registryPath(root)) || isIgnored(root)) {
      return { found: [] };
    }
    const folder = dirname(registryPath(root));
    const ignore = join(folder, ".gitignore");
    // What somebody has written into theirs stays, and so does what lies behind a link out of the checkout.
    const isFree =
      !existsSync(ignore) && isWithin(realPathOf(root) ?? "", realPathOf(folder) ?? "");
    return {
      found: [
        findingOf("local-not-ignored", {
          path: folder,
          message:
            "Git is not told to ignore the registry of leases: committed, it would bring the leases of one machine to another one.",
          command:
            "git check-ignore -v .planning/.local/registry.json; add /.local/ to .planning/.gitignore",
          ...(isFree && {
            fix: "writes a .gitignore into that folder, which hides all of it",
            mend: async () => {
              if (existsSync(ignore)) return { left: "there is one by now" };
              writeFileAtomicSync(ignore, "*\n");
              return {};
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
