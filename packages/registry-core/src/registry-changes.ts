import type { AppliedChanges, LockedFile, Outcome } from "@x/atomic-fs";

import { carryUnknown } from "./carry-unknown.ts";
import { deepFreeze } from "./deep-freeze.ts";
import { RegistryError } from "./errors.ts";
import { isRecord } from "./is-record.ts";
import { jsonLoss } from "./json-loss.ts";
import { toJsonValue } from "./json-value.ts";
import { runPure } from "./pure-step.ts";
import {
  type Content,
  decodeText,
  encodeContent,
  parseContent,
  readBytes,
  statRegistry,
} from "./registry-content.ts";
import { acceptGiven, refuser } from "./registry-value.ts";
import { isSameJson } from "./same-json.ts";
import type { Schema } from "./schema.ts";

/**
 * A pure change of a registry's value. The value it gets is frozen, what it gives is the registry's from
 * then on; without `value`, nothing is written. It may run again, on a newer value.
 */
export type Step<V, R> = (
  value: Readonly<V>,
  origin: Origin,
) => {
  readonly value?: Readonly<V> | undefined;
  readonly result: R;
};

/**
 * Where the value of a step comes from: a file, or it is the empty one because the file is missing or
 * damaged. A damaged one is set aside when the step gives a value.
 */
export type Origin = "file" | "missing" | "damaged";

/** One step that waits for its turn, and then what came of it. */
export interface StepChange<V> {
  readonly path: string;
  readonly schema: Schema<V>;
  readonly empty: V;
  /** A damaged file is an error, and stays. */
  readonly isRefusing: boolean;
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
  if (first === undefined) throw new TypeError("there is no step to apply");
  const started = performance.now();
  const opened = openContent(file, first);
  // To read and write a large document takes longer than a turn: then so may the steps, for to read
  // and write it for each of them would keep others waiting longer still.
  const until = 2 * performance.now() - started;
  const isOver = (): boolean => isTimeUp() && performance.now() >= until;
  const ran = runSteps(opened, changes, isOver);
  const { isChanged, outcomes, setsAside } = ran;
  if (!isChanged) return { data: undefined, outcomes };
  const text = encodeRan(first, ran);
  if (!(text instanceof RegistryError)) return { data: text, outcomes, setsAside };
  // Who is to blame is found by letting them in one at a time.
  if (outcomes.length > 1) return applySteps(file, [first], isTimeUp);
  return { data: undefined, outcomes: [{ error: text }] };
}

/** The text of what the steps have made, or why it cannot be what is in the file. */
function encodeRan<V>(
  { path, schema }: StepChange<V>,
  { raw, value, isDoubtful }: Ran<V>,
): string | RegistryError {
  const text = tryEncode(path, raw);
  if (!isDoubtful || text instanceof RegistryError) return text;
  try {
    if (isSameJson(schema.parse(raw), value)) return text;
  } catch {
    // What cannot be read at all is not the same either.
  }
  const reason = "what would be written is not what the schema would make of it again";
  return new RegistryError("REGISTRY_VALUE_INVALID", path, reason);
}

/** What the file holds, and why a copy of it must be kept: the next content will lack something of it. */
interface Opened<V> {
  readonly content: Content<V>;
  readonly origin: Origin;
  readonly loss: string | undefined;
}

/**
 * A file that is damaged holds nothing, and is to be kept. Throws `REGISTRY_UNREADABLE`, and where it
 * is refused `REGISTRY_CORRUPT`.
 */
function openContent<V>(
  file: LockedFile,
  { path, schema, empty, isRefusing }: StepChange<V>,
): Opened<V> {
  const nothing = { raw: undefined, value: empty };
  try {
    const stats = statRegistry(file.path);
    const bytes = stats && readBytes(path, file.read);
    if (bytes === undefined) return { content: nothing, origin: "missing", loss: undefined };
    const text = decodeText(path, bytes);
    const content = parseContent(path, text, schema);
    // What is as we write it has lost nothing.
    const isCanonical = tryEncode(path, content.raw) === text;
    return { content, origin: "file", loss: isCanonical ? undefined : jsonLoss(text) };
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code === "REGISTRY_UNREADABLE") throw error;
    if (isRefusing) throw error;
    return { content: nothing, origin: "damaged", loss: error.reason };
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

interface Ran<V> {
  readonly raw: unknown;
  readonly value: V;
  readonly isChanged: boolean;
  readonly outcomes: readonly Outcome[];
  /** The first step because of which something is not in the new content. */
  readonly setsAside: number | undefined;
  /** It is to be read once before it is written. */
  readonly isDoubtful: boolean;
}

function runSteps<V>(
  { content, origin, loss: lossAtStart }: Opened<V>,
  changes: readonly StepChange<V>[],
  isOver: () => boolean,
): Ran<V> {
  let { raw, value } = content;
  let isChanged = false;
  let isDoubtful = false;
  let setsAside: number | undefined;
  const outcomes: Outcome[] = [];
  for (const [index, change] of changes.entries()) {
    try {
      const { value: given } = runStep(change.step, value, isChanged ? "file" : origin);
      if (given !== undefined && !(raw !== undefined && given === value)) {
        let loss = setsAside === undefined ? lossAtStart : undefined;
        const accepted = acceptGiven(change, given, value);
        // Refuses what JSON cannot hold, such as what holds itself: only then it can be frozen.
        const versions = { before: value, given, accepted };
        raw = carryUnknown(raw, versions, {
          onLoss: (what) => (loss ??= what),
          onDoubt: () => (isDoubtful = true),
          encode: (part) => toJsonValue(part, refuser(change.path), { isTextKept: true }),
        });
        value = deepFreeze(accepted, value);
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
  return { raw, value, isChanged, outcomes, setsAside, isDoubtful };
}

/** What the step makes of the value. Throws what it throws, and a TypeError when it gives something else. */
export function runStep<V, R>(step: Step<V, R>, value: V, origin: Origin): ReturnType<Step<V, R>> {
  const made = runPure(() => step(value, origin));
  const keys = isRecord(made) ? Object.keys(made) : [];
  if (keys.length > 0 && keys.every((key) => key === "value" || key === "result")) return made;
  throw new TypeError("the step gave something else than { value, result }");
}
