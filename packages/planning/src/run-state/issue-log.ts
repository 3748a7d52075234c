import { assertBody, assertPlan, assertTitle } from "./agent-text.ts";
import { appended, type MarkdownLog, openLog } from "./markdown-log.ts";
import { quoted } from "./quoted-text.ts";
import { invalid } from "./run-fault.ts";

/** Something that came up in the work and is not part of it. */
export interface Issue {
  /** One line. */
  readonly title: string;
  /** Of any lines: they are quoted. */
  readonly body?: string | undefined;
  readonly plan?: string | undefined;
}

/** Throws `RunFault` for what no issue can be. */
export function assertIssue({ title, body, plan }: Issue): void {
  assertTitle("title", title);
  if (body !== undefined) assertBody("body", body);
  if (plan !== undefined) assertPlan(plan);
}

const START = "# Issues";
// How people and other tools write them, too: as a heading, an item of a list, a cell.
const NUMBER = /^(?:#{1,6}[ \t]+|[-*+|][ \t]*)?(?:\*\*|\[)?ISS-(\d{1,9})(?!\d)/;

/** The log with the issue at its end, as the next one after all that it names. Throws `RunFault`. */
export function appendIssueTo(
  log: MarkdownLog,
  { title, body = "", plan }: Issue,
  time: string,
): { readonly log: MarkdownLog; readonly id: string } {
  const id = `ISS-${nextNumber(log)}`;
  const facts = [`Noted: ${time}`, ...(plan === undefined ? [] : [`Plan: ${plan}`])];
  const text = body.trim() === "" ? [] : ["", ...quoted(body)];
  const start = log.text === "" ? appended(openLog(undefined), [START]) : log;
  return { log: appended(start, [`## ${id}: ${title.trim()}`, "", ...listOf(facts), ...text]), id };
}

/** Facts as items of a list: each is a line of its own, for people too. */
export function listOf(facts: readonly string[]): string[] {
  return facts.map((fact) => `- ${fact}`);
}

function nextNumber({ text, lines }: MarkdownLog): number {
  const numbers = lines
    .filter(({ kind }) => kind !== "opaque")
    .map(({ start, end }) => Number(NUMBER.exec(text.slice(start, end))?.[1] ?? 0));
  const next = numbers.reduce((most, number) => Math.max(most, number), 0) + 1;
  if (next > 999_999_999) throw invalid("the numbers of issues are used up");
  return next;
}
