import { didYouMean } from "../arguments.ts";
import { CliError } from "./cli-error.ts";
import { closestWord } from "./closest-word.ts";

/** What is said of a word that should be one of the statuses of something, such as `a plan`. */
export function noStatus(word: string, owner: string, statuses: readonly string[]): CliError {
  const meant = closestWord(word, statuses);
  const hint = `${didYouMean(meant)}The statuses are ${statuses.join(", ")}.`;
  return new CliError("CABINET_USAGE", `"${word}" is no status of ${owner}.`, hint);
}
