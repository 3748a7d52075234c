/** The items of a JSON list, as it stands in an environment variable; undefined for what is no such list. */
export function parseList<T>(
  text: string,
  isItem: (item: unknown) => item is T,
): readonly T[] | undefined {
  const list = parseJson(text);
  return Array.isArray(list) && list.every(isItem) ? list : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Then it is no list either.
    return undefined;
  }
}
