import { META_PAGES } from "./page-layout.ts";

const UNKNOWN = 0;
const IN_USE = 1;
const FREE = 2;

/** Pages that follow each other. */
export interface PageRun {
  readonly first: number;
  readonly count: number;
}

/**
 * What each page of a database is for. A page has one purpose: the methods say what is wrong with a
 * page that has got one already, and undefined when all is well.
 *
 * One byte for each page of the file, whatever the file claims.
 */
export class PageMap {
  readonly #purposes: Uint8Array;
  readonly #lastPage: number;
  /** Free pages that the file is too short to have. */
  readonly #behind: PageRun[] = [];
  #freePages = 0;

  constructor(filePages: number, lastPage: number) {
    this.#purposes = new Uint8Array(Math.min(filePages, lastPage + 1));
    this.#purposes.fill(IN_USE, 0, META_PAGES);
    this.#lastPage = lastPage;
  }

  get freePages(): number {
    return this.#freePages;
  }

  /** Takes pages into use. */
  use({ first, count }: PageRun): string | undefined {
    const end = first + count;
    if (first < META_PAGES || end - 1 > this.#lastPage) {
      return this.#outside(first, end);
    }
    if (end > this.#purposes.length) return `it is cut before the end of page ${end - 1}`;
    return this.#mark(first, end, IN_USE);
  }

  /** Notes pages as free. */
  free({ first, count }: PageRun): string | undefined {
    const end = first + count;
    if (first < META_PAGES || end - 1 > this.#lastPage) {
      return `free ${this.#outside(first, end)}`;
    }
    const inside = Math.min(end, this.#purposes.length);
    const fault = this.#mark(first, inside, FREE);
    if (fault !== undefined) return fault;
    this.#freePages += count;
    const behind = Math.max(first, inside);
    if (end > behind) this.#behind.push({ first: behind, count: end - behind });
    return undefined;
  }

  /** How many pages are neither in use nor free, and how many of them the file is too short to have. */
  lostPages(): { readonly inside: number; readonly behind: number } {
    const all = this.#lastPage + 1;
    const known = this.#purposes.length;
    const inside = this.#purposes.reduce((sum, one) => (one === UNKNOWN ? sum + 1 : sum), 0);
    const free = this.#behind.reduce((sum, { count }) => sum + count, 0);
    return { inside, behind: all - known - free };
  }

  /** A page behind the end of the file that is free twice. */
  freeTwice(): string | undefined {
    const runs = this.#behind.toSorted((one, other) => one.first - other.first);
    let next = 0;
    for (const { first, count } of runs) {
      if (first < next) return twofold(first, true, true);
      next = first + count;
    }
    return undefined;
  }

  #outside(first: number, end: number): string {
    const page = first < META_PAGES ? first : end - 1;
    return `page ${page} is outside of the pages ${META_PAGES} to ${this.#lastPage}`;
  }

  #mark(first: number, end: number, purpose: number): string | undefined {
    for (let page = first; page < end; page += 1) {
      const known = this.#purposes[page];
      if (known !== UNKNOWN) return twofold(page, known === FREE, purpose === FREE);
      this.#purposes[page] = purpose;
    }
    return undefined;
  }
}

function twofold(page: number, wasFree: boolean, isFree: boolean): string {
  if (wasFree && isFree) return `page ${page} is free twice`;
  return wasFree || isFree ? `page ${page} is in use and free` : `page ${page} is in use twice`;
}
