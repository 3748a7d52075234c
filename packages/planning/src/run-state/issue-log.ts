import { decoded } from "../byte-text.ts";
import { assertBody, assertPlan, assertTitle } from "./agent-text.ts";
import { factLines, planIn } from "./fact-lines.ts";
import { appended, linesBetween, type MarkdownLog, openLog } from "./markdown-log.ts";
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

/** An issue as it stands in the log. */
export interface LoggedIssue {
  readonly id: string;
  readonly title: string;
  readonly plan: string | null;
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

// The id, and what is behind the mark that ends it.
const HEADING = /^(?:\*\*|\[)?(ISS-\d{1,9})(?!\d)(?:\*\*|\])?[ \t:.\u2013\u2014-]*(.*)$/;

/** The issues in the log that have a heading, in its order. */
export function issuesIn(log: MarkdownLog): LoggedIssue[] {
  const { headings, lines } = log;
  return headings.flatMap((heading, index) => {
    const [, id, title = ""] = HEADING.exec(decoded(heading.title)) ?? [];
    if (id === undefined) return [];
    const own = linesBetween(log, heading.last + 1, headings[index + 1]?.first ?? lines.length);
    return [{ id, title, plan: planIn(own) }];
  });
}

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
  return {
    log: appended(start, [`## ${id}: ${title.trim()}`, "", ...factLines(facts), ...text]),
    id,
  };
}

function nextNumber({ text, lines }: MarkdownLog): number {
  const numbers = lines
    .filter(({ kind }) => kind !== "opaque")
    .map(({ start, end }) => Number(NUMBER.exec(text.slice(start, end))?.[1] ?? 0));
  const next = numbers.reduce((most, number) => Math.max(most, number), 0) + 1;
  if (next > 999_999_999) throw invalid("the numbers of issues are used up");
  return next;
}
