import { dirname } from "node:path";

/**
 * What a disk may hold after a power cut, for a file system that promises no more than POSIX: data
 * is safe after an fsync of its file, a name after an fsync of its folder. Until then, of the data any
 * part may have arrived, and of the changes of names any selection, each of them whole.
 * (All File Systems Are Not Created Equal, OSDI 2014, has more of such models.)
 */
export type DiskEvent =
  | { readonly kind: "create"; readonly path: string }
  | { readonly kind: "write"; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: "truncate"; readonly path: string }
  | { readonly kind: "sync"; readonly path: string }
  | { readonly kind: "rename" | "link"; readonly from: string; readonly to: string }
  | { readonly kind: "remove" | "mkdir"; readonly path: string }
  | { readonly kind: "symlink"; readonly path: string; readonly text: string }
  /** The caller has been told that its n-th step is done. */
  | { readonly kind: "acknowledged"; readonly step: number };

type Inode =
  | { readonly kind: "file"; bytes: Uint8Array; synced: Uint8Array; isSynced: boolean }
  | { readonly kind: "folder" }
  | { readonly kind: "link"; readonly text: string };

/** A change of the names in one folder: names that appear, and one that goes. */
interface NameChange {
  readonly set?: readonly [string, Inode];
  readonly removed?: string;
}

/** What lies on the disk after the cut. */
export interface CrashState {
  /** The bytes of a file; undefined when there is none of that name. */
  readonly read: (path: string) => Uint8Array | undefined;
  readonly paths: readonly string[];
  readonly acknowledged: number;
  /** After so many of the events. */
  readonly after: number;
}

/** The disk as it is being written to. */
class Disk {
  /** What the names mean on the disk for sure. */
  readonly durable = new Map<string, Inode>();
  /** What they mean to the running system. */
  readonly current = new Map<string, Inode>();
  /** By folder, what has not been synced. */
  readonly pending = new Map<string, NameChange[]>();
  acknowledged = 0;

  constructor(root: string, files: ReadonlyMap<string, Uint8Array>) {
    this.durable.set(root, { kind: "folder" });
    for (const [path, bytes] of files) this.durable.set(path, fileOf(bytes, bytes, true));
    for (const [path, inode] of this.durable) this.current.set(path, inode);
  }

  apply(event: DiskEvent): void {
    switch (event.kind) {
      case "create":
        this.#set(event.path, fileOf(new Uint8Array(), new Uint8Array(), false));
        break;
      case "mkdir":
        this.#set(event.path, { kind: "folder" });
        break;
      case "symlink":
        this.#set(event.path, { kind: "link", text: event.text });
        break;
      case "write": {
        const file = this.#file(event.path);
        file.bytes = Buffer.concat([file.bytes, event.bytes]);
        file.isSynced = false;
        break;
      }
      case "truncate": {
        const file = this.#file(event.path);
        file.bytes = new Uint8Array();
        file.isSynced = false;
        break;
      }
      case "sync":
        this.#sync(event.path);
        break;
      case "rename":
        this.#change({ set: [event.to, this.#inode(event.from)], removed: event.from });
        break;
      case "link":
        this.#set(event.to, this.#inode(event.from));
        break;
      case "remove":
        this.#change({ removed: event.path });
        break;
      case "acknowledged":
        this.acknowledged = event.step;
        break;
    }
  }

  #inode(path: string): Inode {
    const inode = this.current.get(path);
    if (inode === undefined) throw new Error(`nothing is known of ${path}`);
    return inode;
  }

  #file(path: string): Inode & { kind: "file" } {
    const inode = this.#inode(path);
    if (inode.kind !== "file") throw new Error(`${path} is no file`);
    return inode;
  }

  #set(path: string, inode: Inode): void {
    this.#change({ set: [path, inode] });
  }

  #change(change: NameChange): void {
    make(this.current, change);
    // Across folders it would be two; nobody here renames across folders.
    const folder = dirname(change.set?.[0] ?? change.removed ?? "");
    this.pending.set(folder, [...(this.pending.get(folder) ?? []), change]);
  }

  #sync(path: string): void {
    const inode = this.#inode(path);
    if (inode.kind === "file") {
      inode.synced = inode.bytes;
      inode.isSynced = true;
      return;
    }
    for (const change of this.pending.get(path) ?? []) make(this.durable, change);
    this.pending.delete(path);
  }
}

function fileOf(bytes: Uint8Array, synced: Uint8Array, isSynced: boolean): Inode {
  return { kind: "file", bytes, synced, isSynced };
}

function make(names: Map<string, Inode>, { set, removed }: NameChange): void {
  if (removed !== undefined) names.delete(removed);
  if (set !== undefined) names.set(set[0], set[1]);
}

/**
 * Every state that a power cut at any moment of these events may leave. `files` lay safely on the
 * disk before in the folder `root`.
 */
export function* crashStates(
  root: string,
  files: ReadonlyMap<string, Uint8Array>,
  events: readonly DiskEvent[],
): Generator<CrashState> {
  const disk = new Disk(root, files);
  for (let after = 0; after <= events.length; after += 1) {
    for (const names of selections([...disk.pending.values()], disk.durable)) {
      const reachable = [...names.keys()].filter((path) => isReachable(names, path, root));
      const inodes = new Set(reachable.map((path) => names.get(path)));
      for (const contents of contentsOf([...inodes])) {
        yield {
          read: (path) => {
            const inode = reachable.includes(path) ? names.get(path) : undefined;
            return inode === undefined ? undefined : contents.get(inode);
          },
          paths: reachable,
          acknowledged: disk.acknowledged,
          after,
        };
      }
    }
    const event = events[after];
    if (event !== undefined) disk.apply(event);
  }
}

function isReachable(names: ReadonlyMap<string, Inode>, path: string, root: string): boolean {
  if (path === root) return true;
  const folder = dirname(path);
  return names.get(folder)?.kind === "folder" && isReachable(names, folder, root);
}

/** Of the changes of names that were not synced, each selection, made in their order. */
function* selections(
  pending: readonly (readonly NameChange[])[],
  durable: ReadonlyMap<string, Inode>,
): Generator<Map<string, Inode>> {
  const changes = pending.flat();
  for (let selection = 0; selection < 2 ** changes.length; selection += 1) {
    const names = new Map(durable);
    for (const [index, change] of changes.entries()) {
      if ((selection & (1 << index)) !== 0) make(names, change);
    }
    yield names;
  }
}

/** Of the data that was not synced: nothing, half of it, all of it as holes, or all of it. */
function* contentsOf(inodes: readonly (Inode | undefined)[]): Generator<Map<Inode, Uint8Array>> {
  const [first, ...others] = inodes;
  if (first === undefined) {
    if (others.length === 0) yield new Map();
    else yield* contentsOf(others);
    return;
  }
  for (const contents of contentsOf(others)) {
    if (first.kind !== "file") {
      yield contents;
      continue;
    }
    for (const bytes of variantsOf(first)) yield new Map([...contents, [first, bytes]]);
  }
}

function variantsOf({ bytes, synced, isSynced }: Inode & { kind: "file" }): Uint8Array[] {
  if (isSynced) return [bytes];
  return [synced, bytes.subarray(0, bytes.length / 2), new Uint8Array(bytes.length), bytes];
}
