export interface EnvFileOptions {
  /** `.env.example`, `.env.sample` and `.env.template` are none: they hold no secrets. */
  readonly allowExamples?: boolean;
}

const ENV_NAME = /^\.env(?:\..+)?$/is;
const EXAMPLE = /\.(?:example|sample|template)$/i;
// Windows opens the same file with these behind its name, which an attacker knows too.
const IGNORED_ENDING = /(?:[. ]|::\$data)$/i;
// HFS+ takes a name with and without them for the same.
const IGNORED_CHARACTERS = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;
// No file system has longer names.
const LONGEST_NAME = 1_024;

/**
 * Whether a path names an env file: its last part, after `.` and `..` are resolved, is `.env` or `.env.<any>`.
 * `/` and `\` separate, and the case of letters does not count, so that the answer is the same everywhere.
 * The disk is not asked.
 */
export function isEnvFile(path: string, { allowExamples = false }: EnvFileOptions = {}): boolean {
  const name = withoutIgnored(lastPart(path));
  return ENV_NAME.test(name) && !(allowExamples && EXAMPLE.test(name));
}

/** Reads from the end, each character once. */
function lastPart(path: string): string {
  let stepsUp = 0;
  let end = path.length;
  for (let place = path.length - 1; place >= -1; place -= 1) {
    const character = path[place];
    if (place >= 0 && character !== "/" && character !== "\\") continue;
    const part = path.slice(place + 1, end);
    end = place;
    if (part === "..") stepsUp += 1;
    else if (part === "" || part === ".") continue;
    else if (stepsUp === 0) return part;
    else stepsUp -= 1;
  }
  return "";
}

function withoutIgnored(part: string): string {
  if (part.length > LONGEST_NAME) return part;
  let name = part.replaceAll(IGNORED_CHARACTERS, "");
  while (IGNORED_ENDING.test(name)) name = name.replace(IGNORED_ENDING, "");
  return name;
}
