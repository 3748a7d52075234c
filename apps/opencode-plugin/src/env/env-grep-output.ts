const HEADING = /^Found (\d+) match/;
const MATCH = /^ {2}Line \d+:/;

/**
 * What OpenCode's grep tool has printed, without the lines of the files for which `isEnv` is true: it searches
 * hidden files too. Of those its number of matches does not tell either. The text is the same when there was
 * nothing to leave out.
 *
 * It prints (observed in 1.18.33) `Found N matches`, then for each file its absolute path with a colon and for
 * each match `  Line N: <text>`, where the text has a line end of its own; blank lines in between.
 */
export function redactGrepOutput(output: string, isEnv: (path: string) => boolean): string {
  const files = new Set<string>();
  const kept: string[] = [];
  let isLeftOut = false;
  let matches = 0;
  const lines = output.split("\n");
  for (const [place, line] of lines.entries()) {
    if (isFileHeading(line, lines[place + 1])) {
      const path = line.slice(0, -1);
      isLeftOut = isEnv(path);
      if (isLeftOut) files.add(path);
    } else if (isLeftOut && line.startsWith("(Results ")) isLeftOut = false;
    if (!isLeftOut) kept.push(line);
    else if (MATCH.test(line)) matches += 1;
  }
  if (files.size === 0) return output;
  const rest = kept
    .join("\n")
    .trimEnd()
    .replace(HEADING, (_, found: string) => `Found ${Number(found) - matches} match`);
  return `${rest}\n\n(${leftOut(files.size)}: env files are protected.)`;
}

/** The text of a match has one line, so a line that a match follows, and that is none, names a file. */
function isFileHeading(line: string, next = ""): boolean {
  return line.endsWith(":") && !MATCH.test(line) && MATCH.test(next);
}

function leftOut(files: number): string {
  return files === 1 ? "1 file was left out" : `${files} files were left out`;
}
