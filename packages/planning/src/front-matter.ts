/**
 * The YAML between the first line, `---`, and the next such line of a Markdown text; undefined where
 * there is none. A byte order mark and any line ends are fine.
 */
export function frontMatterOf(text: string): string | undefined {
  const [first = "", ...lines] = text.replace(/^\uFEFF/, "").split(/\r\n?|\n/);
  if (!/^---[ \t]*$/.test(first)) return undefined;
  const end = lines.findIndex((line) => /^(?:---|\.\.\.)[ \t]*$/.test(line));
  return end === -1 ? undefined : lines.slice(0, end).join("\n");
}
