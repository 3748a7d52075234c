/** Numbers that look like chance, the same ones for the same seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 up to but not including `bound`. */
  below(bound: number): number {
    // SplitMix (Steele, Lea and Flood 2014), with 32 bits.
    this.#state = (this.#state + 0x9e37_79b9) | 0;
    let mixed = this.#state;
    mixed ^= mixed >>> 16;
    mixed = Math.imul(mixed, 0x21f0_aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a_2d97);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) % bound;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  /** As many as chance will have, fewer than `bound`. */
  some<T>(bound: number, make: () => T): T[] {
    return Array.from({ length: this.below(bound) }, make);
  }
}
