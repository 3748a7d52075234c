import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { temporaryFolder } from "../../../test/temporary-folder.ts";

export const ROADMAP = ".planning/ROADMAP.md";
export const LESSONS = ".internal-research/lessons-learned.md";
export const FOLDER = ".planning/phases/03-login";

export const NOW = new Date("2026-10-06T12:00:00.000Z");

/** Three phases: one done, one in progress, one not started, and an archived one. */
export const ROADMAP_TEXT = [
  "# Roadmap",
  "",
  "- [x] **Phase 1: Store**",
  "- [ ] **Phase 2: Leases**",
  "- [-] **Phase 3: Login** $& by June",
  "",
  "<details><summary>v1</summary>",
  "",
  "- [ ] **Phase 9: Old**",
  "",
  "</details>",
  "",
  "### Phase 3: Login",
  "",
  "**Status**: In progress (since May)",
  "",
].join("\n");

/** A checkout with this roadmap and these other files, by their paths; a path with an end `/` is a folder. */
export function phasesCheckout(
  files: Readonly<Record<string, string>> = {},
  roadmap: string = ROADMAP_TEXT,
): string {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries({ [ROADMAP]: roadmap, ...files })) {
    mkdirSync(join(root, path.endsWith("/") ? path : dirname(path)), { recursive: true });
    if (!path.endsWith("/")) writeFileSync(join(root, path), text);
  }
  return root;
}

/** The files by which phase 3 passes its gate. */
export const EVIDENCE = {
  [`${FOLDER}/03-PLAN-CHECK.md`]: "checked\n",
  [`${FOLDER}/03-VERIFICATION.md`]: "verified\n",
  [LESSONS]: "# Lessons learned\n",
} as const;

/** Sets the time of the last change. */
export function touch(root: string, path: string, at: Date): void {
  utimesSync(join(root, path), at, at);
}

export function textOf(root: string, path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** The headings of the entries in the lessons learned. */
export function entriesOf(root: string): string[] {
  return textOf(root, LESSONS)
    .split("\n")
    .filter((line) => /^#+ LL-/.test(line));
}
