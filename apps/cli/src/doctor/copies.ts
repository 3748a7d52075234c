import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";

import { isWithin, realPathOf, realPathOfPart } from "@x/registry-core/workspace";

import { codeOf } from "./could-not-look.ts";
import { databaseFileOf, type Place } from "./place.ts";

/** Where copies of the files below a folder go. */
interface Room {
  readonly home: string;
  readonly copies: string;
  /** Whether git is to be told to leave them alone. */
  readonly isInCheckout: boolean;
}

const PRIVATE_MODE = 0o700;

/**
 * The copies that one run of `cabinet doctor --fix` makes of what it moves or changes: in a folder of its own
 * beside what was mended, which nobody else can read, by the paths that the files had. The invariant: a copy is
 * on the disk before its file is changed.
 */
export class Copies {
  readonly #stamp: string;
  readonly #rooms: readonly Room[];
  /** By where the copies go. */
  readonly #folders = new Map<string, string>();

  private constructor(rooms: readonly Room[], now: Date) {
    this.#rooms = rooms;
    this.#stamp = now.toISOString().replaceAll(/[-:.]/g, "");
  }

  static async for(place: Place): Promise<Copies> {
    return new Copies(await roomsOf(place), place.now());
  }

  /** The folders in which there are copies. */
  get folders(): readonly string[] {
    return [...this.#folders.values()];
  }

  /** Copies a file. Durable. Throws what the file system says, and where there is no place for copies. */
  keep(path: string): void {
    const copy = this.#pathFor(path);
    copyFileSync(path, copy, constants.COPYFILE_EXCL);
    sync(copy);
    sync(dirname(copy));
  }

  /** Moves a file away. Durable; killed anywhere, it is in its place, or here, or both. Throws as `keep`. */
  take(path: string): void {
    const copy = this.#pathFor(path);
    try {
      renameSync(path, copy);
    } catch (error) {
      if (codeOf(error) !== "EXDEV" || !lstatSync(path).isFile()) throw error;
      moveAcross(path, copy);
    }
    sync(dirname(copy));
    sync(dirname(path));
  }

  #pathFor(path: string): string {
    const room = this.#rooms.find(({ home }) => isWithin(home, path));
    if (room === undefined) throw new Error(`there is no folder for a copy of ${path}`);
    const folder = this.#folderIn(room);
    const copy = freeName(join(folder, relative(room.home, path)));
    mkdirSync(dirname(copy), { recursive: true, mode: PRIVATE_MODE });
    return copy;
  }

  #folderIn(room: Room): string {
    const known = this.#folders.get(room.copies);
    if (known !== undefined) return known;
    // A link may have come with a repository: what it leads to is somebody else's folder.
    if (!isWithin(realPathOf(room.home) ?? room.home, realPathOfPart(room.copies))) {
      throw new Error(
        `${room.copies} leads out of ${room.home}, so that no copy can be kept there`,
      );
    }
    mkdirSync(dirname(room.copies), { recursive: true });
    makePrivate(room.copies);
    if (room.isInCheckout) hideFromGit(room.copies);
    const folder = makeFolder(join(room.copies, this.#stamp));
    sync(room.copies);
    this.#folders.set(room.copies, folder);
    return folder;
  }
}

async function roomsOf({ checkout, leases, plans, database }: Place): Promise<Room[]> {
  const planning = [checkout, ...(leases === undefined ? [] : [leases])].map((root): Room => {
    const home = join(root, ".planning");
    return { home, copies: join(home, ".local", "doctor"), isInCheckout: true };
  });
  const ai = join(plans, ".ai");
  const rooms: Room[] = [
    ...planning,
    { home: ai, copies: join(ai, ".doctor"), isInCheckout: true },
  ];
  // What lies beside these folders goes to the first of them that is there.
  const nearest = rooms.find(({ home }) => realPathOf(home) !== undefined);
  const file = database === undefined ? undefined : databaseFileOf(database);
  return [
    ...rooms,
    ...(file === undefined
      ? []
      : [{ home: dirname(file), copies: `${file}.doctor`, isInCheckout: false }]),
    ...(nearest === undefined ? [] : [{ ...nearest, home: checkout }]),
  ];
}

function makePrivate(folder: string): void {
  try {
    mkdirSync(folder, { mode: PRIVATE_MODE });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

/** Never one that is there: two at the same time have one each. */
function makeFolder(path: string): string {
  for (let number = 1; ; number += 1) {
    const folder = number === 1 ? path : `${path}-${number}`;
    try {
      mkdirSync(folder, { mode: PRIVATE_MODE });
      return folder;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
}

function freeName(path: string): string {
  let name = path;
  for (let number = 2; lstatSync(name, { throwIfNoEntry: false }) !== undefined; number += 1) {
    name = `${path}-${number}`;
  }
  return name;
}

function hideFromGit(folder: string): void {
  try {
    writeFileSync(join(folder, ".gitignore"), "*\n", { flag: "wx" });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

/** To another file system: the file goes when its copy is on the disk, and nobody has written to it meanwhile. */
function moveAcross(path: string, copy: string): void {
  copyFileSync(path, copy, constants.COPYFILE_EXCL);
  sync(copy);
  sync(dirname(copy));
  if (Buffer.compare(readFileSync(path), readFileSync(copy)) !== 0) {
    throw new Error(`${path} has changed while it was moved`);
  }
  unlinkSync(path);
}

function sync(path: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    fsyncSync(descriptor);
  } catch (error) {
    // Windows syncs no folders, and some file systems sync nothing: then names are kept in their own way.
    if (!["EPERM", "EISDIR", "EINVAL", "EACCES", "ENOTSUP"].includes(codeOf(error) ?? ""))
      throw error;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
