import fs from "node:fs";

import { identifyProcess } from "@x/atomic-fs";

/**
 * The state in which the database file was last seen whole, kept in `<path>.state`: which file it was,
 * its size and its times. After every commit it is written anew, under the lock. As long as the file
 * is in that very state, nobody else has touched it, and its pages need not be looked at again before
 * LMDB maps them. A kill between a commit and its note, a power cut, a copy put in its place, a tool
 * that writes into it: each of them leaves another state. The boot is part of it, for of what was not
 * synced before the machine went down, the times may have survived and the pages not.
 */
export interface KnownState {
  readonly inode: bigint;
  readonly bytes: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
}

// Written in place, always of this size: it needs no space on a disk that has become full.
const NOTE_BYTES = 256;
const FORMAT = "1";
const PRIVATE_MODE = 0o600;

export function knownStatePath(path: string): string {
  return `${path}.state`;
}

/** The state of the file as it is now; undefined for none. */
export function currentState(path: string): KnownState | undefined {
  const stats = fs.statSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const { ino: inode, size: bytes, mtimeNs: modified, ctimeNs: changed } = stats;
  return { inode, bytes, modified, changed };
}

/** Whether the file is in the state that was last noted, on this boot. */
export function isInKnownState(path: string): boolean {
  const state = currentState(path);
  if (state === undefined) return false;
  try {
    return fs.readFileSync(knownStatePath(path), "latin1") === encode(state);
  } catch {
    // Missing or unreadable, it says nothing: the pages are looked at.
    return false;
  }
}

/** Whether it is another file than the one that was last noted: others may still have that one open. */
export function isReplaced(path: string): boolean {
  const state = currentState(path);
  try {
    const [, , inode] = fs.readFileSync(knownStatePath(path), "latin1").split(" ");
    return inode !== String(state?.inode);
  } catch {
    // Nothing is known of another one.
    return state === undefined;
  }
}

/** Notes states, for as long as the database is open. */
export class KnownStateNote {
  readonly #path: string;
  readonly #descriptor: number;

  /** Throws what the file system throws. */
  constructor(path: string) {
    this.#path = path;
    const { O_RDWR, O_CREAT } = fs.constants;
    this.#descriptor = fs.openSync(knownStatePath(path), O_RDWR | O_CREAT, PRIVATE_MODE);
  }

  /** Gives the state. A note that cannot be written stays behind: the next one who opens looks at the pages. */
  write(): KnownState | undefined {
    const state = currentState(this.#path);
    if (state === undefined) return undefined;
    try {
      fs.writeSync(this.#descriptor, encode(state), 0, "latin1");
    } catch {
      // The transaction is made all the same.
    }
    return state;
  }

  close(): void {
    fs.closeSync(this.#descriptor);
  }
}

let boot: string | undefined;

function encode({ inode, bytes, modified, changed }: KnownState): string {
  boot ??= identifyProcess()?.boot ?? "0";
  const note = [FORMAT, boot, inode, bytes, modified, changed].join(" ");
  return `${note.padEnd(NOTE_BYTES - 1)}\n`;
}
