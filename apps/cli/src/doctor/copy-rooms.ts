import { basename, dirname, join } from "node:path";

import { isLink, realPathOf } from "@x/registry-core/workspace";

import { databaseFileOf } from "../tracker/database-file.ts";
import { type Place, rootsOf } from "./place.ts";

/** Where copies of the files below a folder go. */
export interface Room {
  readonly home: string;
  /** The folder in which they are kept, by the names below: `.planning` or `.ai` of a checkout, that of the database. */
  readonly base: string;
  readonly names: readonly string[];
  /** What the base may be, all links followed: a worktree may share that of the main one. */
  readonly tops: readonly string[];
  /** Whether git is to be told to leave them alone. */
  readonly isInCheckout: boolean;
}

/** The rooms of a place; a file's is the first one whose home it lies in. */
export function roomsOf(place: Place): readonly Room[] {
  const roots = rootsOf(place);
  const planning = roots.map((root) => roomIn(root, [".planning", ".local", "doctor"], roots));
  const rooms = [...planning, roomIn(place.plans, [".ai", ".doctor"], roots)];
  // What lies beside these folders goes to the first of them that is there.
  const nearest = rooms.find(({ base }) => realPathOf(base) !== undefined);
  return [
    ...rooms,
    ...(place.database === undefined ? [] : [roomBeside(databaseFileOf(place.database))]),
    ...(nearest === undefined ? [] : [{ ...nearest, home: place.checkout }]),
  ];
}

function roomIn(root: string, [top = "", ...names]: readonly string[], roots: readonly string[]) {
  const base = join(root, top);
  const tops = roots.map((one) => join(realPathOf(one) ?? one, top));
  return { home: base, base, names, tops, isInCheckout: true };
}

function roomBeside(file: string): Room {
  const base = dirname(file);
  const names = [`${basename(file)}.doctor`];
  return { home: base, base, names, tops: [realPathOf(base) ?? base], isInCheckout: false };
}

/**
 * The folder of the copies, which need not be there, and the one above that must be. Throws where a link is on the
 * way: it may have come with a repository, and what it leads to is somebody else's folder, or one that git is not
 * to ignore.
 */
export function folderOf({ base, names, tops }: Room): { readonly top: string; folder: string } {
  const top = realPathOf(base);
  if (top === undefined) throw noRoom(base, "leads to nothing");
  if (!tops.includes(top)) throw noRoom(base, "is behind a link");
  let folder = top;
  for (const name of names) {
    folder = join(folder, name);
    if (isLink(folder)) throw noRoom(folder, "is a link");
  }
  return { top, folder };
}

function noRoom(path: string, reason: string): Error {
  return new Error(`${path} ${reason}, so that no copy can be kept there`);
}
