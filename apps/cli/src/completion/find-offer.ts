import { COMMON_OPTIONS } from "../arguments.ts";
import { type CommandEntry, COMMANDS, findCommand } from "../command-table.ts";
import type { Command, CompletedThing, Completer } from "../command.ts";
import { type Candidate, NOTHING, type Offer, shellsOwn } from "./offer.ts";
import {
  type Options,
  optionOf,
  readWordsBefore,
  splitOption,
  type WordsBefore,
} from "./read-words.ts";
import { safeCandidates } from "./safe-candidates.ts";

/** Looks up things, in the workspace that the command line names, where it does. */
export type FindThings = (
  thing: CompletedThing,
  workspaceRoot: string | undefined,
) => Promise<readonly Candidate[]>;

/** What there is to offer for the last of these words, which stand behind `cabinet`. Not all of it begins so. */
export async function findOffer(words: readonly string[], find: FindThings): Promise<Offer> {
  const typed = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const seen = readWordsBefore(before, COMMON_OPTIONS);
  if (seen.positionals[0] === "help") return wordsOf(nextWords(seen.positionals.slice(1), typed));
  const entry = findCommand(seen.positionals);
  if (entry === undefined) return offerBeforeCommand(seen, typed, find);
  if (entry.isHidden === true) return NOTHING;
  const command = await entry.load();
  const options = { ...command.options, ...COMMON_OPTIONS };
  const line = readWordsBefore(before, options);
  if (line.behind !== undefined && command.takesCommandLine === true) return shellsOwn("command");
  const ofOption = await offerOfOption(line, options, typed, find);
  return ofOption ?? offerOfArgument({ entry, command, options, line, typed, find });
}

async function offerBeforeCommand(
  line: WordsBefore,
  typed: string,
  find: FindThings,
): Promise<Offer> {
  const ofOption = await offerOfOption(line, COMMON_OPTIONS, typed, find);
  if (ofOption !== undefined) return ofOption;
  const next = nextWords(line.positionals, typed);
  const help = { value: "help", description: "Show what a command does, and an example" };
  return wordsOf(line.positionals.length === 0 ? [...next, help] : next);
}

/** Undefined: neither an option nor a value of one is typed. */
async function offerOfOption(
  line: WordsBefore,
  options: Options,
  typed: string,
  find: FindThings,
): Promise<Offer | undefined> {
  if (line.behind !== undefined) return undefined;
  const root = line.values.get("workspace-root");
  if (line.awaits !== undefined) {
    const completes = optionOf(options, line.awaits)?.completes;
    return offerOfValue(completes, typed, (thing) => find(thing, root));
  }
  if (!typed.startsWith("-")) return undefined;
  const { name, value } = splitOption(typed);
  if (value === undefined) return wordsOf(optionWords(options, line));
  const completes = optionOf(options, name)?.completes;
  return offerOfValue(completes, value, (thing) => find(thing, root), `--${name}=`);
}

interface ArgumentPlace {
  readonly entry: CommandEntry;
  readonly command: Command;
  readonly options: Options;
  readonly line: WordsBefore;
  readonly typed: string;
  readonly find: FindThings;
}

async function offerOfArgument(place: ArgumentPlace): Promise<Offer> {
  const { entry, command, options, line, typed, find } = place;
  const own = line.positionals.slice(entry.words.length);
  const count = own.length + (line.behind?.length ?? 0);
  const next = line.behind === undefined ? nextWords(line.positionals, typed) : [];
  if (count >= command.arguments + (command.optionalArguments ?? 0)) {
    if (next.length > 0) return wordsOf(next);
    if (line.behind !== undefined) return NOTHING;
    const end = { value: "--", description: "What stands behind it is another command" };
    const words = optionWords(options, line);
    return wordsOf(command.takesCommandLine === true ? [end, ...words] : words);
  }
  const completes = command.completes?.[count] ?? command.completes?.at(-1);
  const root = line.values.get("workspace-root");
  // Behind `--` a dash begins no option.
  const start = line.behind === undefined ? undefined : "";
  const offer = await offerOfValue(completes, typed, (thing) => find(thing, root), start);
  return { ...offer, candidates: [...next, ...offer.candidates] };
}

/** `start` is what stands before the value in its word; undefined where a value may not look like an option. */
async function offerOfValue(
  completer: Completer | undefined,
  typed: string,
  find: (thing: CompletedThing) => Promise<readonly Candidate[]>,
  start?: string,
): Promise<Offer> {
  if (completer === undefined) return NOTHING;
  if (typeof completer !== "string") return valuesOf(completer.map(wordOf), start);
  if (completer === "file") return shellsOwn("files");
  if (completer === "folder") return shellsOwn("folders");
  const mayBePath = completer === "plan" || completer === "spec-or-file";
  if (mayBePath && /^[.~]|[/\\]/.test(typed)) return shellsOwn("files");
  const found = valuesOf(await find(completer), start);
  const isKnown = found.candidates.some(({ value }) => value.startsWith((start ?? "") + typed));
  return mayBePath && !isKnown ? shellsOwn("files") : found;
}

/** The words of commands that may follow; other words for them once something of them is typed. */
function nextWords(words: readonly string[], typed: string): Candidate[] {
  const next = new Map<string, string>();
  for (const { words: own, summary, aliasOf, isHidden } of COMMANDS) {
    const isAfter = own.length > words.length && words.every((word, index) => own[index] === word);
    const word = own[words.length] ?? "";
    const isOther = aliasOf !== undefined && words.length === 0;
    if (!isAfter || isHidden === true || (isOther && (typed === "" || !word.startsWith(typed))))
      continue;
    const isWhole = own.length === words.length + 1;
    if (isWhole || !next.has(word)) next.set(word, isWhole ? summary : (GROUPS[word] ?? summary));
  }
  return Array.from(next, ([value, description]) => ({ value, description }));
}

/** What those words are about that are no command by themselves. */
const GROUPS: Readonly<Record<string, string>> = {
  lease: "Leases: who works on which phase",
  planning: "Specs, and which one is active",
  registry: "Other words for some of lease",
};

function optionWords(options: Options, { given }: WordsBefore): Candidate[] {
  return Object.entries(options).flatMap(([name, { multiple, summary }]) =>
    given.has(name) && multiple !== true ? [] : [{ value: `--${name}`, description: summary }],
  );
}

function wordsOf(candidates: readonly Candidate[]): Offer {
  return { kind: "words", candidates };
}

function valuesOf(candidates: readonly Candidate[], start: string | undefined): Offer {
  const usable = candidates.filter(({ value }) => start !== undefined || !value.startsWith("-"));
  return wordsOf(
    safeCandidates(usable).map(({ value, description }) => {
      return { value: (start ?? "") + value, description };
    }),
  );
}

function wordOf(value: string): Candidate {
  return { value };
}
