import type { AppliedChanges, LockedFile, Outcome } from "@x/atomic-fs";

import { carryUnknown } from "./carry-unknown.ts";
import { deepFreeze } from "./deep-freeze.ts";
import { RegistryError } from "./errors.ts";
import { jsonLoss } from "./json-loss.ts";
import { runPure } from "./pure-step.ts";
import {
  type Content,
  decodeText,
  encodeContent,
  parseContent,
  readBytes,
  statRegistry,
} from "./registry-content.ts";
import { assertNothingDropped, parseGiven, refuser } from "./registry-value.ts";
import type { Schema } from "./schema.ts";
import { toJsonValue } from "./json-value.ts";

/**
 * A pure change of a registry's value. The value it gets is frozen, what it gives is the registry's from
 * then on; without `value`, nothing is written. It may run again, on a newer value.
 */
export type Step<V, R> = (value: V) => { readonly value?: V; readonly result: R };

/** One step that waits for its turn, and then what came of it. */
export interface StepChange<V> {
  readonly path: string;
  readonly schema: Schema<V>;
  readonly empty: V;
  readonly step: Step<V, unknown>;
  /** Why the old content was set aside for it. */
  reason?: string;
}

/** What the steps make of the file of a registry, each on what the one before has made. */
export function applySteps<V>(
  file: LockedFile,
  changes: readonly StepChange<V>[],
  isTimeUp: () => boolean,
): AppliedChanges {
  const [first] = changes;
  if (first === undefined) return { data: undefined, outcomes: [] };
  try {
    const started = performance.now();
    const opened = openContent(file, first);
    // To read and write a large document takes longer than a turn: then so may the steps, for to read
    // and write it for each of them would keep others waiting longer still.
    const until = 2 * performance.now() - started;
    const isOver = (): boolean => isTimeUp() && performance.now() >= until;
    const { raw, isChanged, outcomes, setsAside } = runSteps(opened, changes, isOver);
    if (!isChanged) return { data: undefined, outcomes };
    const text = tryEncode(first.path, raw);
    if (!(text instanceof RegistryError)) return { data: text, outcomes, setsAside };
    // Who is to blame is found by letting them in one at a time.
    if (outcomes.length > 1) return applySteps(file, [first], isTimeUp);
    return { data: undefined, outcomes: [{ error: text }] };
  } catch (error) {
    return { data: undefined, outcomes: changes.map(() => ({ error })) };
  }
}

/** What the file holds, and why a copy of it must be kept: the next content will lack something of it. */
interface Opened<V> {
  readonly content: Content<V>;
  readonly loss: string | undefined;
}

/** A file that is damaged holds nothing, and is to be kept. Throws `REGISTRY_UNREADABLE`. */
function openContent<V>(file: LockedFile, { path, schema, empty }: StepChange<V>): Opened<V> {
  const nothing = { raw: undefined, value: empty };
  try {
    const stats = statRegistry(file.path);
    const bytes = stats && readBytes(path, file.read);
    if (bytes === undefined) return { content: nothing, loss: undefined };
    const text = decodeText(path, bytes);
    const content = parseContent(path, text, schema);
    // What is as we write it has lost nothing.
    const isCanonical = tryEncode(path, content.raw) === text;
    return { content, loss: isCanonical ? undefined : jsonLoss(text) };
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code === "REGISTRY_UNREADABLE") throw error;
    return { content: nothing, loss: error.reason };
  }
}

function tryEncode(path: string, raw: unknown): string | RegistryError {
  try {
    return encodeContent(path, raw);
  } catch (error) {
    if (error instanceof RegistryError) return error;
    throw error;
  }
}

interface Ran {
  readonly raw: unknown;
  readonly isChanged: boolean;
  readonly outcomes: readonly Outcome[];
  /** The first step because of which something is not in the new content. */
  readonly setsAside: number | undefined;
}

function runSteps<V>(
  { content, loss: lossAtStart }: Opened<V>,
  changes: readonly StepChange<V>[],
  isOver: () => boolean,
): Ran {
  let { raw, value } = content;
  let isChanged = false;
  let setsAside: number | undefined;
  const outcomes: Outcome[] = [];
  for (const [index, change] of changes.entries()) {
    try {
      const { value: given } = runPure(() => change.step(value));
      const isWritten = given !== undefined && !(raw !== undefined && given === value);
      if (isWritten) {
        let loss = setsAside === undefined ? lossAtStart : undefined;
        const next = parseGiven(change, given, value);
        // Refuses what JSON cannot hold, such as what holds itself: only then it can be looked through.
        const nextRaw = carryUnknown(raw, value, given, {
          onLoss: (what) => (loss ??= what),
          encode: (part) => toJsonValue(part, refuser(change.path), { isTextKept: true }),
        });
        assertNothingDropped(change, given, next);
        value = deepFreeze(next, value);
        raw = nextRaw;
        isChanged = true;
        if (loss !== undefined) {
          setsAside ??= index;
          change.reason = loss;
        }
      }
      outcomes.push(undefined);
    } catch (error) {
      outcomes.push({ error });
    }
    if (isOver()) break;
  }
  return { raw, isChanged, outcomes, setsAside };
}
