import { SESSION } from "./checkout.ts";
import { type Envelope, readEnvelope } from "./golden/envelope.ts";
import type { Place } from "./golden/place.ts";
import { runWords } from "./places-program.ts";
import { cabinet } from "./run-cabinet-here.ts";

/** Those that say what there is, and need nothing of the world but the place. */
export const LOOKS: readonly (readonly string[])[] = [
  ["plans"],
  ["plans", "show", "login"],
  ["lease", "list"],
  ["planning", "status"],
  ["closeout-report", "--phase", "1"],
  ["tracker"],
  ["restore"],
  ["init", "--dry-run"],
  ["status"],
  ["doctor"],
];

/** Those that change something. */
export const WRITES: readonly (readonly string[])[] = [
  ["lease", "grant", "5"],
  ["lease", "clear", "1"],
  ["plans", "set-status", "executed", "--session", SESSION],
  ["planning", "deactivate"],
  ["phase-status", "3", "in_progress"],
  ["run-state", "issue", "Slow", "--spec", "login"],
  ["restore", "plans"],
  ["init"],
];

interface Answer {
  readonly code: number | null;
  readonly envelope: Envelope;
}
/** By the command: what it says with `--json`, and how it ends. */
export type Answers = Readonly<Record<string, Answer>>;
type Environment = Readonly<Record<string, string>>;

/** What the commands answer there, at once; those that write one after the other. */
export async function answersOf(
  words: readonly string[],
  cwd: string,
  env: Environment,
  commands: readonly (readonly string[])[] = LOOKS,
): Promise<Answers> {
  const answer = async (command: readonly string[]): Promise<[string, Answer]> => {
    const { code, stdout } = await runWords([...words, ...command, "--json"], { cwd, env });
    return [command.join(" "), { code, envelope: readEnvelope(stdout) }];
  };
  if (commands === LOOKS) return Object.fromEntries(await Promise.all(commands.map(answer)));
  const answers = [];
  for (const command of commands) answers.push(await answer(command));
  return Object.fromEntries(answers);
}

/** What they answer in this process. */
export async function answersHere(dir: string, env: Environment): Promise<Answers> {
  const answers: [string, Answer][] = [];
  for (const command of LOOKS) {
    const { code, stdout } = await cabinet(dir, [...command, "--json"], env);
    answers.push([command.join(" "), { code, envelope: readEnvelope(stdout) }]);
  }
  return Object.fromEntries(answers);
}

export function dataOf(answers: Answers, command: string): unknown {
  return answers[command]?.envelope.data;
}

export function leasesOf(answers: Answers): unknown {
  const data = dataOf(answers, "lease list");
  return typeof data === "object" && data !== null && "leases" in data ? data.leases : undefined;
}

export function codesOf(answers: Answers): (number | null)[] {
  return Object.values(answers).map(({ code }) => code);
}

/** What they answer, wherever that is. */
export function inPlace(answers: Answers, { dir, folder }: Place): unknown {
  const written = (path: string): string => JSON.stringify(path).slice(1, -1);
  const text = JSON.stringify(answers).replaceAll(written(dir), "<checkout>");
  return JSON.parse(text.replaceAll(written(folder), "<folder>"));
}
