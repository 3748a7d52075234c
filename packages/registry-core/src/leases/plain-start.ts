// Names without what could be a wildcard, or be spelled in another way. `.` and `..` are none.
const NAME = /^\.?[\w-][\w.-]*$/;
const MAXIMUM_CHARACTERS = 200;

/**
 * The folders and names that a glob begins with, when it is one of the many that are nothing but names, and maybe one
 * wildcard at the end (`src/auth`, `src/auth/**`, `src/*.ts`); undefined for all others.
 */
function plainStart(glob: string): readonly string[] | undefined {
  if (glob.length > MAXIMUM_CHARACTERS) return undefined;
  const segments = glob.split("/");
  const last = segments.at(-1) ?? "";
  const names = /^\*\*?(?:\.\w+)?$/.test(last) ? segments.slice(0, -1) : segments;
  return names.every((name) => NAME.test(name)) ? names : undefined;
}

/** Whether that can be told by a look: the globs begin in different folders, so no path is covered by both. */
export function areApart(one: string, other: string): boolean {
  const [names, others] = [plainStart(one), plainStart(other)];
  if (names === undefined || others === undefined) return false;
  return names.some((name, place) => others[place] !== undefined && others[place] !== name);
}
