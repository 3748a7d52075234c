import { DamagedDatabaseError } from "../errors.ts";
import { PageCheck } from "./check-page.ts";
import type { DatabaseFile } from "./database-file.ts";
import type { Meta } from "./database-header.ts";
import { PageMap } from "./page-map.ts";

/** The pages of a database as one transaction left them, and what is known of each of them. */
export class Snapshot {
  readonly path: string;
  readonly meta: Meta;
  /** Of the file. */
  readonly bytes: number;
  /** Whole pages that the file has. */
  readonly filePages: number;
  readonly pages: PageMap;
  readonly pageCheck: PageCheck;
  readonly #file: DatabaseFile;

  constructor(file: DatabaseFile, meta: Meta) {
    const { pageSize, lastPage } = meta;
    this.path = file.path;
    this.meta = meta;
    this.bytes = file.size();
    this.filePages = Math.floor(this.bytes / pageSize);
    this.pages = new PageMap(this.filePages, lastPage);
    this.pageCheck = new PageCheck(pageSize, lastPage);
    this.#file = file;
  }

  /** Fills the buffer with what stands in the file from that page on. */
  read(into: Buffer, page: number, offset = 0): void {
    const position = page * this.meta.pageSize + offset;
    if (this.#file.read(into, position) < into.length) this.fail(`it is cut at page ${page}`);
  }

  /** Throws a `DamagedDatabaseError` when there is a fault. */
  assert(fault: string | undefined, where?: string): void {
    if (fault !== undefined) this.fail(where === undefined ? fault : `${where}: ${fault}`);
  }

  /** Throws a `DamagedDatabaseError`. */
  fail(reason: string): never {
    throw new DamagedDatabaseError(this.path, reason);
  }
}
