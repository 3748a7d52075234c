import { join } from "node:path";

import { listSpecs, specFileState, type SpecInfo } from "@x/planning";
import type { Warning } from "@x/registry-core";

import { plural } from "../../screen/plural.ts";
import { type Check, type Found, findingOf } from "../finding.ts";

/** The specs of a checkout: whether their status can be read, and their files are there. */
export const specs: Check = {
  id: "specs",
  look: async ({ checkout: root }) => {
    const warnings: Warning[] = [];
    const listed = listSpecs({ root }, { onWarning: (warning) => warnings.push(warning) });
    return {
      found: [...warnings.flatMap(judgeWarning), ...listed.flatMap((spec) => judge(root, spec))],
      seen: plural(listed.length, "spec"),
    };
  },
};

function judgeWarning({ code, message, path }: Warning): Found[] {
  switch (code) {
    // Its own check tells.
    case "PLANNING_ACTIVE_DANGLING":
      return [];
    case "PLANNING_FOLDER_NAME":
      return [
        findingOf("spec-folder-name", {
          path,
          message: `${sentence(message)} It is found by the name of its folder only.`,
          command: "cabinet planning migrate --dry-run",
        }),
      ];
    case "PLANNING_BRANCH_INVALID":
      return [
        findingOf("spec-branch-invalid", {
          path,
          message: `${sentence(message)} It counts as none.`,
          advice:
            "Note another one: cabinet planning update-branch --branch <branch> --spec <spec>",
        }),
      ];
    default:
      return [
        findingOf("spec-unreadable", {
          path,
          message: `${sentence(message)} Nobody can work on it by its name until then.`,
          advice: `Look at what is in ${path}.`,
        }),
      ];
  }
}

function judge(root: string, { name, specPath }: SpecInfo): Found[] {
  const state = specFileState(specPath, { root });
  if (state === "present") return [];
  const what = state === "missing" ? "is missing" : "lies outside of the checkout, and is not read";
  return [
    findingOf("spec-file-missing", {
      path: join(root, ".planning", name, "status.yaml"),
      message: `The file of the spec ${name}, ${specPath}, ${what}: agents are sent to a file that is not there.`,
      advice: `Bring the file back, or correct \`spec:\` in the status of ${name}.`,
    }),
  ];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
