import fs from "node:fs";
import { join } from "node:path";

const BLOCK = 4096;

/** A file that takes up all room of a disk but so many blocks. */
export class Ballast {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  leave(blocks: number): void {
    this.remove();
    const { bavail } = fs.statfsSync(this.#folder);
    fs.writeFileSync(this.#path, Buffer.alloc(Math.max(0, bavail - blocks) * BLOCK));
  }

  remove(): void {
    fs.rmSync(this.#path, { force: true });
  }

  get #path(): string {
    return join(this.#folder, "ballast");
  }
}
