import type { MarkdownHeading } from "@x/atomic-fs/markdown";

import { decoded } from "../byte-text.ts";
import { assertBody, assertPlan } from "./agent-text.ts";
import { factLines, planIn } from "./fact-lines.ts";
import { placesOf } from "./heading-places.ts";
import { withoutCommentBlocks, withoutComments } from "./html-comments.ts";
import { appended, inserted, linesBetween, type MarkdownLog, openLog } from "./markdown-log.ts";
import { quoted, unquoted } from "./quoted-text.ts";
import { invalid, RunFault } from "./run-fault.ts";

/** A question for the user, and what the user has answered. */
export interface Clarification {
  readonly id: string;
  readonly question: string;
  readonly plan: string | null;
  /** Null: it waits for one. */
  readonly answer: string | null;
}

/** A question, with its answer or without; or the answer to a question that was asked before. */
export type ClarificationRequest =
  | {
      readonly question: string;
      readonly answer?: string | undefined;
      readonly plan?: string | undefined;
    }
  | { readonly id: string; readonly answer: string };

/** Throws `RunFault` for what is neither a question nor an answer. */
export function assertClarification(request: ClarificationRequest): void {
  if ("id" in request) {
    if (!/^C-\d{1,9}$/.test(request.id))
      throw invalid(`${JSON.stringify(request.id)} is no id of a clarification`);
  } else {
    assertBody("question", request.question);
    if (request.question.trim() === "") throw invalid("the question is empty");
    if (request.plan !== undefined) assertPlan(request.plan);
    if (request.answer === undefined) return;
  }
  assertBody("answer", request.answer);
  if (isEmpty(request.answer)) throw invalid("the answer is empty");
}

const START = "# Clarifications";
const ANSWER = "### Answer";

/** An entry of the log, and where it is. */
interface Entry extends Clarification {
  /** Behind its last line. */
  readonly end: number;
  /** Behind its heading `Answer`; undefined where there is none. */
  readonly answerAt: number | undefined;
  /** Behind the last line of the answer. */
  readonly answerEnd: number;
}

/**
 * The clarifications in the log, in its order. One is answered once there is text under `### Answer`, and not
 * only comments.
 */
export function clarificationsIn(log: MarkdownLog): Clarification[] {
  return entriesIn(log).map(({ id, question, plan, answer }) => ({ id, question, plan, answer }));
}

/** The log with the clarification, and the clarification. Throws `RunFault`. */
export function recordClarificationIn(
  log: MarkdownLog,
  request: ClarificationRequest,
  time: string,
): { readonly log: MarkdownLog; readonly clarification: Clarification } {
  const asked = "id" in request ? { log, id: request.id } : ask(log, request, time);
  const { answer } = request;
  const done = answer === undefined ? asked.log : answered(asked.log, asked.id, answer, time);
  const clarification = clarificationsIn(done).find(({ id }) => id === asked.id);
  if (clarification === undefined) throw new TypeError("the clarification is not where it was put");
  return { log: done, clarification };
}

function ask(
  log: MarkdownLog,
  { question, plan }: { readonly question: string; readonly plan?: string | undefined },
  time: string,
): { readonly log: MarkdownLog; readonly id: string } {
  const id = `C-${nextNumber(log)}`;
  const facts = [`Asked: ${time}`, ...(plan === undefined ? [] : [`Plan: ${plan}`])];
  const start = log.text === "" ? appended(openLog(undefined), [START]) : log;
  return {
    log: appended(start, [`## ${id}`, "", ...factLines(facts), "", ...quoted(question)]),
    id,
  };
}

function answered(log: MarkdownLog, id: string, answer: string, time: string): MarkdownLog {
  const named = entriesIn(log).filter((entry) => entry.id === id);
  const pending = named.find((entry) => entry.answer === null);
  if (pending === undefined) {
    const reason =
      named.length === 0 ? `there is no clarification ${id}` : `${id} is answered already`;
    throw new RunFault("PLANNING_CLARIFICATION_UNKNOWN", reason);
  }
  const text = [...factLines([`Answered: ${time}`]), "", ...quoted(answer)];
  if (pending.answerAt !== undefined) return inserted(log, pending.answerEnd, text);
  return inserted(log, pending.end, [ANSWER, "", ...text]);
}

function entriesIn(log: MarkdownLog): Entry[] {
  const { headings, lines } = log;
  const places = placesOf(headings, isAnswer);
  return headings.flatMap((heading, index) => {
    const id = idOf(heading.title);
    const place = places[index];
    if (id === undefined || place === undefined) return [];
    const firstOf = (at: number): number => headings[at]?.first ?? lines.length;
    const own = linesBetween(log, heading.last + 1, firstOf(index + 1));
    const found = place.marked === undefined ? undefined : headings[place.marked];
    const answerAt = found && found.last + 1;
    const end = firstOf(place.end);
    const answerEnd = place.marked === undefined ? end : firstOf(place.marked + 1);
    const answer = answerAt === undefined ? "" : textOf(linesBetween(log, answerAt, answerEnd));
    return [
      {
        id,
        question: textOf(own),
        plan: planIn(own),
        answer: isEmpty(answer) ? null : answer,
        end,
        answerAt,
        answerEnd,
      },
    ];
  });
}

function isAnswer({ title }: MarkdownHeading): boolean {
  return title.toLowerCase() === "answer";
}

/** What is quoted; where nothing is, all but the facts and the comments around it. */
function textOf(all: readonly string[]): string {
  const lines = withoutCommentBlocks(all);
  const quotes = lines.filter((line) => /^ {0,3}>/.test(line));
  if (quotes.length > 0) return unquoted(quotes);
  return lines
    .filter((line) => !/^- (?:Asked|Answered|Plan): /.test(line))
    .join("\n")
    .trim();
}

/** A comment that is left of a form to fill in says nothing. */
function isEmpty(text: string): boolean {
  return withoutComments(text).trim() === "";
}

function nextNumber({ headings }: MarkdownLog): number {
  const next =
    headings.reduce((most, { title }) => Math.max(most, Number(idOf(title)?.slice(2) ?? 0)), 0) + 1;
  if (next > 999_999_999) throw invalid("the numbers of clarifications are used up");
  return next;
}

/** `C-1` of the titles `C-1` and `C-1: Which one?`. */
function idOf(title: string): string | undefined {
  const number = /^C-(\d{1,9})(?![\w-])/.exec(decoded(title))?.[1];
  return number === undefined ? undefined : `C-${number}`;
}
