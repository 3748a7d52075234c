import { lstatSync, rmdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { createFolderSync } from "@x/atomic-fs";
import { isWithin } from "@x/registry-core/workspace";

import { codeOf } from "../errors/error-code.ts";
import { folderOf, type Room, roomsOf } from "./copy-rooms.ts";
import { copyDurably, createFoldersSync, moveDurably } from "./durable-files.ts";
import { hideFolder } from "./hide-folder.ts";
import type { Place } from "./place.ts";
import { takeFromOthers } from "./private-mode.ts";

/**
 * The copies that one run of `cabinet doctor --fix` makes of what it moves or changes: in a folder of its own
 * beside what was mended, which nobody else can read, by the paths that the files had. The invariant: a copy, with
 * all the folders that it lies in, is on the disk before its file is changed.
 */
export class Copies {
  readonly #stamp: string;
  readonly #rooms: readonly Room[];
  /** Of this run, by where the copies go. */
  readonly #folders = new Map<string, string>();
  readonly #used = new Set<string>();

  constructor(place: Place) {
    this.#rooms = roomsOf(place);
    this.#stamp = place.now().toISOString().replaceAll(/[-:.]/g, "");
  }

  /** The folders in which there are copies. */
  get folders(): readonly string[] {
    return [...this.#used];
  }

  /** Copies a file. Durable. Throws what the file system says, and where there is no place for copies. */
  keep(path: string): void {
    this.#put(path, copyDurably);
  }

  /** Moves a file away. Durable; killed anywhere, it is in its place, or here, or both. Throws as `keep`. */
  take(path: string): void {
    this.#put(path, moveDurably);
  }

  #put(path: string, put: (path: string, copy: string) => void): void {
    const room = this.#rooms.find(({ home }) => isWithin(home, path));
    if (room === undefined) throw new Error(`there is no folder for a copy of ${path}`);
    const { top, folder: copies } = folderOf(room);
    const folder = this.#folders.get(copies) ?? newFolderIn(room, top, copies, this.#stamp);
    this.#folders.set(copies, folder);
    const wanted = join(folder, relative(room.home, path));
    try {
      createFoldersSync(folder, dirname(wanted));
      put(path, freeName(wanted));
      this.#used.add(folder);
    } catch (error) {
      if (isTakenBack(dirname(wanted), folder)) this.#folders.delete(copies);
      throw error;
    }
  }
}

/** Never one that is there: two at the same time have one each. */
function newFolderIn({ isInCheckout }: Room, top: string, copies: string, stamp: string): string {
  createFoldersSync(top, copies);
  takeFromOthers(copies, "folder");
  if (isInCheckout) hideFolder(copies);
  for (let number = 1; ; number += 1) {
    const folder = join(copies, number === 1 ? stamp : `${stamp}-${number}`);
    if (!createFolderSync(folder)) continue;
    takeFromOthers(folder, "folder");
    return folder;
  }
}

function freeName(path: string): string {
  let name = path;
  for (let number = 2; lstatSync(name, { throwIfNoEntry: false }) !== undefined; number += 1) {
    name = `${path}-${number}`;
  }
  return name;
}

/** Takes back the empty folders of a copy that was not made, up to the one of this run. Gives whether that is gone. */
function isTakenBack(from: string, folder: string): boolean {
  for (let empty = from; isWithin(folder, empty); empty = dirname(empty)) {
    try {
      rmdirSync(empty);
    } catch (error) {
      // Something is in it: other copies, or a part of this one.
      if (codeOf(error) !== "ENOENT") return false;
    }
  }
  return true;
}
