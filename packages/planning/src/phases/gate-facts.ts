import fs from "node:fs";
import { join } from "node:path";

import { isSamePhase } from "@x/registry-core/leases";

import { assertContained, assertInPlanning } from "../contained.ts";
import { errnoOf } from "../errno.ts";
import { unreadable } from "../errors.ts";
import { readFolder } from "../read-folder.ts";
import type { Evidence, FolderState, GateFacts } from "./gate-rule.ts";
import { LESSONS, RESEARCH } from "./lessons-file.ts";
import { PhaseError } from "./phase-error.ts";

const PHASES = ".planning/phases";
const EVIDENCE = ["PLAN-CHECK.md", "VERIFICATION.md"];

/**
 * What the gate looks at, as it is now. Throws `PLANNING_PHASE_AMBIGUOUS` for several folders of the
 * phase, and `PlanningError` where a link leads out or something cannot be seen.
 */
export function readGateFacts(root: string, phase: string): GateFacts {
  const phases = folderStateOf(statInPlanning(root, PHASES));
  const folder = phases === "present" ? findFolder(root, phase) : undefined;
  const lessons = statInRoot(root, LESSONS);
  return {
    phases,
    folder: folder && `${PHASES}/${folder.name}`,
    research: folderStateOf(statInRoot(root, RESEARCH)),
    evidence: folder === undefined ? [] : EVIDENCE.map((kind) => findEvidence(root, folder, kind)),
    // When it was touched is what counts, not what it holds.
    lessons: { path: LESSONS, state: stateOf(lessons, 0) },
    touched: lessons?.mtime,
  };
}

/** The folder of a phase: `<id>-<slug>`, or its id alone. */
interface PhaseFolder {
  readonly name: string;
  /** As the folder has it. */
  readonly id: string;
}

function findFolder(root: string, phase: string): PhaseFolder | undefined {
  const [folder, ...others] = namesIn(root, PHASES)
    .flatMap((name): PhaseFolder[] => {
      const id = prefixesOf(name).find((prefix) => isSamePhase(prefix, phase));
      return id === undefined ? [] : [{ name, id }];
    })
    .filter(({ name }) => statInPlanning(root, `${PHASES}/${name}`)?.isDirectory() === true);
  if (others.length > 0) {
    const names = [folder, ...others].map((found) => `${PHASES}/${found?.name}`).join(", ");
    throw new PhaseError("PLANNING_PHASE_AMBIGUOUS", phase, `has several folders: ${names}`);
  }
  return folder;
}

/** What of the name can be the id: all up to a hyphen, for an id may hold some itself. */
function prefixesOf(name: string): string[] {
  const hyphens = [...name.matchAll(/-/g)].map(({ index }) => name.slice(0, index));
  return [...hyphens, name];
}

/** The file of that kind, whichever zeros are in front of its number. */
function findEvidence(root: string, { name, id }: PhaseFolder, kind: string): Evidence {
  const folder = `${PHASES}/${name}`;
  const found = namesIn(root, folder)
    .filter((file) => file.endsWith(`-${kind}`))
    .filter((file) => isSamePhase(file.slice(0, -kind.length - 1), id))
    .map((file): Evidence => {
      const path = `${folder}/${file}`;
      return { path, state: stateOf(statInPlanning(root, path), 1) };
    });
  const present = found.find(({ state }) => state === "present");
  return present ?? found[0] ?? { path: `${folder}/${id}-${kind}`, state: "missing" };
}

function stateOf(stats: fs.Stats | undefined, leastBytes: number): Evidence["state"] {
  if (stats === undefined) return "missing";
  if (!stats.isFile()) return "no file";
  return stats.size < leastBytes ? "empty" : "present";
}

function folderStateOf(stats: fs.Stats | undefined): FolderState {
  if (stats === undefined) return "missing";
  return stats.isDirectory() ? "present" : "no folder";
}

function namesIn(root: string, folder: string): string[] {
  const path = join(root, folder);
  assertInPlanning(join(root, ".planning"), path);
  return readFolder(path);
}

function statInPlanning(root: string, path: string): fs.Stats | undefined {
  assertInPlanning(join(root, ".planning"), join(root, path));
  return stat(join(root, path));
}

function statInRoot(root: string, path: string): fs.Stats | undefined {
  assertContained(root, join(root, path));
  return stat(join(root, path));
}

/** Undefined for what is not there. */
function stat(path: string): fs.Stats | undefined {
  try {
    return fs.statSync(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw unreadable(path, error);
  }
}
