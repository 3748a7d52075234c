import { readdirSync, readFileSync } from "node:fs";

import { printable } from "@x/registry-core/text";

import { type Envelope, readEnvelope } from "./envelope.ts";

/** What holds for every command, whatever it finds. */

export interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

// Control characters but line feeds; those that turn the direction of writing; those that nobody sees.
const ACTS_ON_TERMINAL = /[^\P{Cc}\n]|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;
// A shell takes what is before the tab.
const TABLE_FOR_SHELLS = "complete";
// What somebody is told to do; that something was removed may be said.
const DESTROYS =
  /\b(?:delet(?:e|ing)|eras(?:e|ing)|remov(?:e|ing)|unlink(?:ing)?|wip(?:e|ing)|rm)\b/i;

/** Those that end with 1 for what they tell, or with the exit code of another command. */
const TELLS_BY_EXIT_CODE =
  /^(?:closeout-report|doctor|lease (?:conflicts|run)|run-state run|planning migrate|restore|tracker (?:import|migrate))\b/;

const README = new URL("../../README.md", import.meta.url);
const PACKAGES = new URL("../../../../packages/", import.meta.url);
const DOCUMENTED = codesIn([
  README,
  ...readdirSync(PACKAGES).map((name) => new URL(`${name}/README.md`, PACKAGES)),
]);
const USAGE_CODES = new Set([
  "CABINET_USAGE",
  ...(/^\| 2 .*$/m.exec(readFileSync(README, "utf8"))?.[0].match(CODE()) ?? []),
]);

/** What is wrong with what was printed with `--json`; nothing where all is well. */
export function faultsOfJson(line: readonly string[], printed: Printed): string[] {
  const { code, stdout, stderr } = printed;
  let value: Envelope;
  try {
    value = readEnvelope(stdout);
  } catch (error) {
    return [String(error)];
  }
  const { ok, error, warnings } = value;
  const codes = [...(error === undefined ? [] : [error.code]), ...warnings.map((one) => one.code)];
  const texts = warnings.map(({ message }) => message);
  if (error !== undefined) texts.push(error.message, error.hint);
  return [
    ...faultsOfText(line, printed),
    ...faultsOfExit(line, code, value),
    ...codes.filter((one) => !DOCUMENTED.has(one)).map((one) => `${one} is not documented`),
    ...texts.filter((text) => DESTROYS.test(text)).map((text) => `it destroys: ${text}`),
    ...(error === undefined || isSentence(error.message) ? [] : [`no sentence: ${error.message}`]),
    ...(error === undefined || isSentence(error.hint) ? [] : [`no next step: ${error.hint}`]),
    ...(ok || line.includes("--") || stderr === warningLines(warnings)
      ? []
      : [`said besides: ${stderr}`]),
  ];
}

function faultsOfExit(
  line: readonly string[],
  code: number,
  { ok, error, warnings }: Envelope,
): string[] {
  const fault = [error, ...warnings].find((one) => one?.code === "CABINET_FAULT");
  if (fault !== undefined) return [`a fault of its own: ${fault.message}`];
  if (ok) {
    const tells = TELLS_BY_EXIT_CODE.test(line.join(" "));
    return code === 0 || tells ? [] : [`exit code ${code} of what went well`];
  }
  const isUsage = error !== undefined && USAGE_CODES.has(error.code);
  const isDocumented = isUsage ? code === 2 : code === 1 || (code > 1 && line.includes("--"));
  return isDocumented ? [] : [`exit code ${code} of ${error?.code}`];
}

/** What is wrong with what was printed for people. */
export function faultsOfText([word]: readonly string[], { stdout, stderr }: Printed): string[] {
  const out = word === TABLE_FOR_SHELLS ? stdout.replaceAll("\t", "") : stdout;
  return [out, stderr]
    .filter((text) => ACTS_ON_TERMINAL.test(text))
    .map((text) => `it acts on a terminal: ${JSON.stringify(text)}`)
    .concat(DESTROYS.test(stderr) ? [`it destroys: ${stderr}`] : []);
}

/** What is wrong with what was printed with `--quiet`, beside that. */
export function faultsOfQuiet({ stderr }: Printed): string[] {
  return /^(?:error: .*\n)?$/.test(stderr) ? [] : [`not quiet: ${stderr}`];
}

function warningLines(warnings: Envelope["warnings"]): string {
  return warnings.map(({ message }) => `warning: ${printable(message)}\n`).join("");
}

function isSentence(text: string): boolean {
  return /^\S.*[.?]$/s.test(text);
}

function CODE(): RegExp {
  return /\b[A-Z]+(?:_[A-Z]+)+\b/g;
}

function codesIn(files: readonly URL[]): ReadonlySet<string> {
  return new Set(files.flatMap((file) => readFileSync(file, "utf8").match(CODE()) ?? []));
}
