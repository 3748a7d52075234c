import { Refusal } from "../refusal.ts";

/** A call of a tool that names an env file. Nothing of it was run. The message is for the agent. */
export class EnvProtectionError extends Refusal {
  override readonly name = "EnvProtectionError";
  readonly tool: string;
  /** The file as the call has named it, or what a link in the call leads to; at most 200 characters of it. */
  readonly path: string;

  constructor(tool: string, path: string) {
    super(
      "CABINET_ENV_PROTECTED",
      `refused: ${shown(tool)} names the env file ${shown(path)}, and env files are kept from agents because they hold secrets. ` +
        "Do not look for another way: ask the user to do it, or for the names of the variables you need " +
        "(the user can turn this off with the plugin's option enableEnvironmentProtection: false).",
    );
    this.tool = bounded(tool);
    this.path = bounded(path);
  }
}

const MOST_CHARACTERS = 200;
// Control characters, line ends that are none of ASCII, and what turns the direction of writing or is not seen.
const UNSAFE = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

function bounded(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function shown(text: string): string {
  return JSON.stringify(bounded(text)).replaceAll(UNSAFE, " ");
}
