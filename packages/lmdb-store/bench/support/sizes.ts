/** How many records the databases are to have: the arguments of the benchmark, else these. */
export function sizesOr(usual: readonly number[]): readonly number[] {
  const asked = process.argv.slice(2).map(Number);
  if (!asked.every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw new TypeError("the arguments are how many records the databases are to have");
  }
  return asked.length === 0 ? usual : asked;
}

/** As `100 000`. */
export function inWords(size: number): string {
  return size.toLocaleString("en").replaceAll(",", " ");
}
