import { basename, dirname, join, relative } from "node:path";

import { commandWord } from "../screen/phase-word.ts";
import { filesBelow } from "./files-below.ts";
import type { Place } from "./place.ts";
import { shellWord } from "./shell-word.ts";

/** A run, and how a command is told that it is meant. */
export interface RunFolder {
  readonly folder: string;
  /** The spec that it is of, by where it lies. */
  readonly name: string;
  readonly option: string;
}

/** The folders of runs in `.planning` of a checkout. */
export function runFoldersOf(place: Place): RunFolder[] {
  const planning = join(place.checkout, ".planning");
  return filesBelow(planning, place)
    .folders.filter(({ folder }) => basename(folder) === ".long-run")
    .map(({ folder }) => {
      const name = relative(planning, dirname(folder));
      return { folder, name, option: optionFor(name, folder) };
    });
}

function optionFor(name: string, folder: string): string {
  const word = commandWord(name);
  return word === undefined ? `--folder ${shellWord(folder)}` : `--spec ${word}`;
}
