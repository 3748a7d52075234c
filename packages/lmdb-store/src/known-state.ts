import fs from "node:fs";

import { identifyProcess } from "@x/atomic-fs";

import { PRIVATE_MODE } from "./private-mode.ts";

/**
 * The state in which the database file was last seen whole, kept in `<path>.state`: which file it was,
 * its size and its times. After every commit it is written anew, under the lock. As long as the file
 * is in that very state, nobody else has touched it, and its pages need not be looked at again before
 * LMDB maps them. A kill between a commit and its note, a power cut, a copy put in its place, a tool
 * that writes into it: each of them leaves another state. The boot is part of it, for of what was not
 * synced before the machine went down, the times may have survived and the pages not; where the system
 * does not tell it, no state is known.
 */
export interface FileState {
  readonly inode: bigint;
  readonly bytes: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
}

// Written in place, always of this size: it needs no more room on a disk that has become full.
const NOTE_BYTES = 256;
const NOTHING = " ".repeat(NOTE_BYTES);
const UNKNOWN_BOOT = "0";
const NOTE = /^1 (?<boot>\S+) (?<inode>\d+) \d+ -?\d+ -?\d+ *\n$/;

function notePath(path: string): string {
  return `${path}.state`;
}

/** The state of the file as it is now; undefined for none. */
export function currentState(path: string): FileState | undefined {
  const stats = fs.statSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const { ino: inode, size: bytes, mtimeNs: modified, ctimeNs: changed } = stats;
  return { inode, bytes, modified, changed };
}

/** Whether the file is in the state that was last noted, on this boot. */
export function isInKnownState(path: string): boolean {
  const state = currentState(path);
  return state !== undefined && says(readNote(path), state);
}

/**
 * Whether a database of this package has had that path: its note (`<path>.state`) says so, also when the file is gone.
 * It says nothing before the first one has its name, and where it cannot be read.
 */
export function wasNoted(path: string): boolean {
  return NOTE.test(readNote(path));
}

/** Whether another file than this one was noted last: others may still have that one open. */
export function isReplaced(path: string): boolean {
  const inode = NOTE.exec(readNote(path))?.groups?.["inode"];
  return inode !== undefined && inode !== String(currentState(path)?.inode);
}

function readNote(path: string): string {
  const note = notePath(path);
  try {
    // A pipe in its place would be waited for.
    return fs.statSync(note).isFile() ? fs.readFileSync(note, "latin1") : NOTHING;
  } catch {
    // Missing or unreadable, it says nothing: the pages are looked at.
    return NOTHING;
  }
}

/** Notes states, for as long as the database is open. */
export class KnownStateNote {
  readonly #descriptor: number;

  /** Takes the room for it. Throws what the file system throws. */
  constructor(path: string) {
    const { O_RDWR, O_CREAT } = fs.constants;
    const descriptor = fs.openSync(notePath(path), O_RDWR | O_CREAT, PRIVATE_MODE);
    try {
      if (fs.fstatSync(descriptor).size !== NOTE_BYTES) {
        fs.ftruncateSync(descriptor);
        fs.writeSync(descriptor, NOTHING, 0, "latin1");
      }
    } catch (error) {
      fs.closeSync(descriptor);
      throw error;
    }
    this.#descriptor = descriptor;
  }

  /** Whether this is the state that was noted last, by whomever. */
  says(state: FileState): boolean {
    const note = Buffer.alloc(NOTE_BYTES);
    fs.readSync(this.#descriptor, note, 0, NOTE_BYTES, 0);
    return says(note.toString("latin1"), state);
  }

  /** Undefined: none is known. A note that cannot be written stays as it is, and fits no file. */
  write(state: FileState | undefined): void {
    const note = state === undefined ? NOTHING : encode(state);
    try {
      fs.writeSync(this.#descriptor, note, 0, "latin1");
    } catch {
      // The transaction is made all the same; the next one who opens looks at the pages.
    }
  }

  close(): void {
    fs.closeSync(this.#descriptor);
  }
}

let ownBoot: string | undefined;

function boot(): string {
  ownBoot ??= identifyProcess()?.boot ?? UNKNOWN_BOOT;
  return ownBoot;
}

function says(note: string, state: FileState): boolean {
  return boot() !== UNKNOWN_BOOT && note === encode(state);
}

function encode({ inode, bytes, modified, changed }: FileState): string {
  const note = ["1", boot(), inode, bytes, modified, changed].join(" ");
  return `${note.padEnd(NOTE_BYTES - 1)}\n`;
}
