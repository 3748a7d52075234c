import { lstatSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { findOrphans, findRecovery, recoverFile } from "@x/atomic-fs";
import { registryPath } from "@x/registry-core/leases";
import { isLink } from "@x/registry-core/workspace";

import { codeOf } from "../errors/error-code.ts";
import { assertInPlace } from "./assert-in-place.ts";
import type { Copies } from "./copies.ts";
import { type Found, findingOf, type Mended } from "./finding.ts";
import { LOCK_PATIENCE } from "./lock-patience.ts";
import type { Place } from "./place.ts";
import { readerAccepts } from "./reader-accepts.ts";
import { shellWord } from "./shell-word.ts";

const PLANS_REGISTRY = ".session-plans.json";

/** What Cabinet writes, and nobody else but an editor: what older tools called their temporary files of it is known. */
export const KNOWN_FILES: ReadonlySet<string> = new Set([
  PLANS_REGISTRY,
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

/** A write of a file that is missing or damaged, of a process that was killed. */
export interface CutShort {
  readonly path: string;
  /** Whether it is to take the place of the file. */
  readonly isRecoverable: boolean;
}

/**
 * What could take the place of a file; undefined for one that is in order, or missing by intent, or where nothing
 * of use was left.
 */
export async function findCutShort(target: string, place: Place): Promise<CutShort | undefined> {
  if (MAY_BE_MISSING.has(basename(target))) return undefined;
  const usable = await findRecovery(target);
  if (usable === undefined) return undefined;
  const { path } = usable;
  if (isMissing(target) && basename(target) === PLANS_REGISTRY) {
    if (await wasCleaned(path, target, place)) return undefined;
  }
  // Of a text that nothing vouches for, half would do as well.
  const isVouchedFor = usable.isComplete || target.endsWith(".json");
  if (!isVouchedFor || !isOurs(target, place)) return { path, isRecoverable: false };
  try {
    return { path, isRecoverable: await readerAccepts(target, path) };
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || !isMissing(path)) throw error;
    // Another doctor has taken it, or put it in its place, since it was found.
    return findCutShort(target, place);
  }
}

/**
 * What is missing may be on another branch, or was removed by somebody: only of what git never holds it is known
 * that it is lost. What is there and damaged is put right where nobody else's rules say what damaged means.
 */
function isOurs(target: string, { plans, leases }: Place): boolean {
  if (!isMissing(target)) return KNOWN_FILES.has(basename(target));
  const registries = [
    join(plans, ".ai", PLANS_REGISTRY),
    ...(leases === undefined ? [] : [registryPath(leases)]),
  ];
  return registries.includes(target);
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

/** The finding that such a write can take the place of its file. */
export function recoverableFile(target: string, temporary: string, place: Place): Found {
  return findingOf("recoverable-file", {
    path: target,
    message: `${target} is ${stateOf(target)}, and a write of it whose process was killed is complete: ${temporary}.`,
    advice: `Compare ${basename(temporary)} with what ${basename(target)} should hold; move it to another folder if that should not come back.`,
    fix: "puts that write in its place, and sets aside beside it what is there now",
    mend: (copies) => recover(target, temporary, place, copies),
  });
}

async function recover(
  target: string,
  temporary: string,
  place: Place,
  copies: Copies,
): Promise<Mended> {
  const usable = await findCutShort(target, place);
  if (usable?.isRecoverable !== true) {
    return { left: "it is whole again, or nothing can take its place" };
  }
  if (usable.path !== temporary) return { left: "another write has been cut short meanwhile" };
  if (isLink(target)) return { left: "it is a link by now" };
  assertInPlace(target, place);
  // Under the lock: what is copied is what is replaced, and what was judged is what takes its place.
  let isRefused = false;
  const accepts = ({ path }: { readonly path: string }): boolean => {
    // Asked of the newest first: behind one that was not judged, none may come.
    isRefused ||= path !== temporary || isLink(target);
    if (isRefused) return false;
    copies.keep(temporary);
    if (!isMissing(target)) copies.keep(target);
    return true;
  };
  const { outcome } = await recoverFile(target, { accepts, ...LOCK_PATIENCE });
  if (isRefused) return { left: "another write has been cut short meanwhile" };
  return outcome === "recovered" ? {} : { left: `it is ${outcome} by now` };
}

/** The finding that what is left of a write may be all there is of its file: it is nobody's to move. */
export function unfinishedFile(target: string, temporary: string): Found {
  return findingOf("unfinished-file", {
    path: temporary,
    message: `${target} is ${stateOf(target)}, and a process that was killed has left this of it. It may be all there is, or be of another branch.`,
    command: `git -C ${shellWord(dirname(target))} log --all --oneline -- ${shellWord(target)}`,
    advice: "Look at it; give it the name of the file, or move it to another folder.",
  });
}

function stateOf(target: string): string {
  return isMissing(target) ? "missing" : "damaged";
}

/** Whether nothing is there, not even a link. */
export function isMissing(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined;
}
