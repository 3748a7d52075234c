import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { checkout } from "./checkout.ts";

export const ROADMAP = ".planning/ROADMAP.md";
export const LESSONS = ".internal-research/lessons-learned.md";
export const FOLDER = ".planning/phases/03-login";

export const ROADMAP_TEXT = [
  "# Roadmap",
  "",
  "- [x] **Phase 1: Store**",
  "- [ ] **Phase 2: Leases**",
  "- [-] **Phase 3: Login** $& by June",
  "",
  "<details><summary>v1</summary>",
  "",
  "- [x] **Phase 9: Old**",
  "- [ ] **Phase 3: Old login**",
  "",
  "</details>",
  "",
].join("\r\n");

/** The files by which phase 3 passes its gate. */
export const EVIDENCE: Readonly<Record<string, string>> = {
  [`${FOLDER}/03-PLAN-CHECK.md`]: "checked\n",
  [`${FOLDER}/03-VERIFICATION.md`]: "verified\n",
  [LESSONS]: "# Lessons learned\n\n### LL-6: A lesson\n",
};

/** A checkout with this roadmap and these other files, by their paths. */
export function roadmapCheckout(
  files: Readonly<Record<string, string>> = {},
  roadmap: string = ROADMAP_TEXT,
): string {
  const dir = checkout();
  writeFiles(dir, { [ROADMAP]: roadmap, ...files });
  return dir;
}

export function writeFiles(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

export function textOf(dir: string, path: string): string {
  return readFileSync(join(dir, path), "utf8");
}

/** Sets the time of the last change to so many days ago. */
export function touchDaysAgo(dir: string, path: string, days: number): void {
  const then = new Date(Date.now() - days * 86_400_000);
  utimesSync(join(dir, path), then, then);
}
