import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";

import { onTestFinished } from "vitest";

import { temporaryFolder } from "../../../../test/temporary-folder.ts";

// The least that each kind takes, in megabytes. The image is a sparse file.
const FILE_SYSTEMS: Readonly<Record<FileSystem, Kind>> = {
  ext4: { make: ["mkfs.ext4", "-q", "-F"], megabytes: 32 },
  "ext4 without a journal": {
    make: ["mkfs.ext4", "-q", "-F", "-O", "^has_journal"],
    megabytes: 32,
    // As at every start of a machine with such a file system.
    repair: ["e2fsck", "-f", "-y"],
  },
  xfs: { make: ["mkfs.xfs", "-q", "-f"], megabytes: 320 },
  btrfs: { make: ["mkfs.btrfs", "-q", "-f"], megabytes: 128 },
};
export type FileSystem = "ext4" | "ext4 without a journal" | "xfs" | "btrfs";

interface Kind {
  readonly make: readonly [command: string, ...options: string[]];
  readonly megabytes: number;
  readonly repair?: readonly [command: string, ...options: string[]];
}

/** A file system of its own in a file, from which the power can be taken at any moment. */
export class DiskImage {
  readonly folder: string;
  readonly #kind: FileSystem;
  readonly #images: string;
  #image: string;

  /** Throws when there is no such file system here, or no right to mount one. */
  constructor(kind: FileSystem) {
    this.#kind = kind;
    this.#images = temporaryFolder();
    this.#image = join(this.#images, "0");
    this.folder = join(this.#images, "mounted");
    fs.mkdirSync(this.folder);
    fs.writeFileSync(this.#image, "");
    const { make, megabytes } = FILE_SYSTEMS[kind];
    fs.truncateSync(this.#image, megabytes * 2 ** 20);
    const [command, ...options] = make;
    execFileSync(command, [...options, this.#image], { stdio: "ignore" });
    this.mount();
    // Before the temporary folder goes.
    onTestFinished(() => void spawnSync("umount", [this.folder], { stdio: "ignore" }));
  }

  mount(): void {
    execFileSync("mount", ["-o", "loop", this.#image, this.folder], { stdio: "ignore" });
  }

  unmount(): void {
    execFileSync("umount", [this.folder]);
  }

  /** All that was written until now is safe. */
  sync(): void {
    execFileSync("sync", ["-f", this.folder]);
  }

  /**
   * What has arrived on the disk by now. Nobody may write there at the moment; what the kernel has
   * still in memory is not in it.
   */
  snapshot(): string {
    for (let attempt = 0; ; attempt += 1) {
      const copies = [1, 2].map((number) => join(this.#images, `copy-${attempt}-${number}`));
      for (const copy of copies) copySparse(this.#image, copy);
      // The kernel may write at any moment; what two copies agree on is what lay there in between.
      const isStable = spawnSync("cmp", copies, { stdio: "ignore" }).status === 0;
      const [first = "", second = ""] = copies;
      fs.unlinkSync(second);
      if (isStable) return first;
      fs.unlinkSync(first);
    }
  }

  /** The power is back: the file system is mounted with what had arrived. */
  restart(snapshot: string): void {
    this.unmount();
    fs.unlinkSync(this.#image);
    this.#image = snapshot;
    const [command, ...options] = FILE_SYSTEMS[this.#kind].repair ?? ["true"];
    // It ends with 1 when it has mended something; what it could not, the mount will tell.
    spawnSync(command, [...options, snapshot], { stdio: "ignore" });
    this.mount();
  }
}

function copySparse(from: string, to: string): void {
  execFileSync("cp", ["--sparse=always", from, to]);
}
