import { compareKeys } from "./key.ts";
import { countBelow } from "./range.ts";

/** Texts by key, the keys in their order at all times: a range of many is read after each change. */
export class SortedTexts {
  readonly #texts = new Map<string, string>();
  readonly #keys: string[] = [];

  get keys(): readonly string[] {
    return this.#keys;
  }

  get(key: string): string | undefined {
    return this.#texts.get(key);
  }

  set(key: string, text: string): void {
    if (!this.#texts.has(key)) this.#keys.splice(this.#placeOf(key), 0, key);
    this.#texts.set(key, text);
  }

  delete(key: string): void {
    if (this.#texts.delete(key)) this.#keys.splice(this.#placeOf(key), 1);
  }

  #placeOf(key: string): number {
    return countBelow(this.#keys, (other) => compareKeys(other, key) < 0);
  }
}
