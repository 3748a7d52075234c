import { type EnvFileOptions, isEnvFile } from "./env-file.ts";

// The name of an env file that is no end of a longer name (`process.env`, `config.env`, `$x.env`), no property
// (`x?.env`, `f().env`), no part of a regular expression (`\.env`), of a wildcard (`*.env`) or of an exclusion
// (`!.env`), and no folder (`.env/bin/activate`). The second form is the value of
// a short option (`-f.env`) or the default of a variable (`${F:-.env}`).
const NAME =
  /(?:(?<![\w.$)\]}\\?*!-])|(?<=^-\w|\$\{\w{1,40}:?[-=+?]))\.env(?:\.[\w-]+)*(?![\w-]|\.[\w-]|\/.)/gi;

/** The first name of an env file in a text (a word of a command, a program, a glob), if there is one. */
export function envNameIn(text: string, options: EnvFileOptions): string | undefined {
  for (const [name] of text.matchAll(NAME)) if (isEnvFile(name, options)) return name;
  return undefined;
}

const MOST_ALTERNATIVES = 64;
const LONGEST_GLOB = 200;
const NAMES = ["", ".local", ".production", ".development", ".test", ".staging", ".example"].map(
  (ending) => `.env${ending}`,
);

/**
 * An env file that a shell's glob can stand for, if there is one: `.e*`, `.en?`, `{.e,x}nv`. One that begins
 * with a wildcard does not match hidden files, and one without any letter of the name (`.*`) is no name of one.
 */
export function envNameOfGlob(glob: string, options: EnvFileOptions): string | undefined {
  if (glob.length > LONGEST_GLOB || !glob.includes(".")) return undefined;
  for (const alternative of alternativesOf(glob)) {
    const pattern = alternative.slice(alternative.lastIndexOf("/") + 1).toLowerCase();
    if (!pattern.startsWith(".") || !/[env]/.test(pattern)) continue;
    const name = NAMES.find((each) => isEnvFile(each, options) && matches(pattern, each));
    if (name !== undefined) return name;
  }
  return undefined;
}

/** What a glob with `{a,b}` stands for, without braces; the first 64 of it. */
function alternativesOf(glob: string): ReadonlySet<string> {
  const open = [glob];
  const done = new Set<string>();
  for (const next of open) {
    const choice = innermostChoice(next);
    if (choice === undefined) done.add(next);
    else if (open.length < 2 * MOST_ALTERNATIVES) {
      const [start, end] = choice;
      for (const each of next.slice(start + 1, end).split(",")) {
        open.push(next.slice(0, start) + each + next.slice(end + 1));
      }
    }
    if (done.size === MOST_ALTERNATIVES) break;
  }
  return done;
}

/** The places of the first `{` and `}` with a `,` and no other brace between them. */
function innermostChoice(glob: string): readonly [number, number] | undefined {
  for (let end = glob.indexOf("}"); end !== -1; end = glob.indexOf("}", end + 1)) {
    const start = glob.lastIndexOf("{", end);
    const inner = start === -1 ? "" : glob.slice(start + 1, end);
    if (inner.includes(",") && !inner.includes("}")) return [start, end];
  }
  return undefined;
}

/** Whether the whole name matches: by what is left of the pattern after each of its characters. */
function matches(pattern: string, name: string): boolean {
  let places = new Set([0]);
  for (let place = 0; place < pattern.length; place += 1) {
    const character = pattern.charAt(place);
    const next = new Set<number>();
    if (character === "*") {
      const first = Math.min(...places);
      for (let at = first; at <= name.length; at += 1) next.add(at);
    } else {
      const set =
        character === "["
          ? /^\[([!^]?)(\]?(?:\[:\w+:\]|[^\]])*)\]/.exec(pattern.slice(place))
          : null;
      if (set !== null) place += set[0].length - 1;
      for (const at of places) {
        const found = name.charAt(at);
        if (found !== "" && isMatch(character, set, found)) next.add(at + 1);
      }
    }
    if (next.size === 0) return false;
    places = next;
  }
  return places.has(name.length);
}

function isMatch(character: string, set: RegExpExecArray | null, found: string): boolean {
  // What of a class such as `[:alpha:]` could matter is taken for a match.
  if (set?.[2]?.includes("[:") === true) return true;
  if (set !== null) return isInSet(set[2] ?? "", found) === (set[1] === "");
  return character === "?" || character === found;
}

function isInSet(set: string, found: string): boolean {
  for (const [, from = "", to = from] of set.matchAll(/([^])(?:-([^]))?/g)) {
    if (found >= from && found <= to) return true;
  }
  return false;
}
