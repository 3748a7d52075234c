import { basename } from "node:path";

import { nonce } from "./nonce.ts";
import { livenessOf, type Liveness } from "./processes/liveness.ts";
import {
  hash,
  ownIdentity,
  processStart,
  type ProcessIdentity,
} from "./processes/process-identity.ts";

/**
 * The name of a temporary file is `<target>.tmp.<pid>.<start>.<nonce>`, and the nonce tells the rest
 * of what must be known of a leftover: where the writer runs, and what the file holds when it is
 * whole. So a write under way is told from one that was killed, also by another container that
 * shares the folder, and a complete file from half of one.
 *
 *   nonce = machine (4) + boot (4) + namespaces (4) + CRC-32 of the content (7) + random (8)
 */
const TAG_LENGTH = 4;
const CHECKSUM_LENGTH = 7;
const RANDOM_LENGTH = 8;
const NONCE_LENGTH = 3 * TAG_LENGTH + CHECKSUM_LENGTH + RANDOM_LENGTH;

const UNKNOWN_BOOT = "0";
// Is equal to no machine, boot or namespace: what is known of it is only that it is another one.
const ANOTHER = "-";

let ownTags: string | undefined;

/** A path beside `target` that nobody else uses, for a file that is to hold these bytes. */
export function temporaryPath(target: string, content: Uint8Array): string {
  ownTags ??= tagsOf(ownIdentity());
  const manifest = `${ownTags}${checksum(content)}${nonce()}`;
  return `${target}.tmp.${process.pid}.${processStart()}.${manifest}`;
}

/** What the name of a temporary file tells. */
export interface TemporaryName {
  /** Undefined when the name does not tell. */
  readonly pid: number | undefined;
  /** `0`: the name does not tell. */
  readonly start: string;
  /** Undefined when the name tells no more than a pid, and perhaps a start. */
  readonly manifest: string | undefined;
}

/**
 * Reads the name of a file beside `target`: ours, and what the tools that wrote these files before
 * called theirs: `<target>.tmp.<pid>`, `<target>.<pid>.tmp`, `<target>.tmp`. Undefined: it is none.
 */
export function parseTemporaryName(target: string, name: string): TemporaryName | undefined {
  const prefix = `${basename(target)}.`;
  if (!name.startsWith(prefix)) return undefined;
  const match =
    /^(?:tmp|tmp\.(?<pid>\d+)(?:\.(?<start>s?\d+)\.(?<nonce>[0-9a-z]+))?|(?<before>\d+)\.tmp)$/.exec(
      name.slice(prefix.length),
    );
  if (match === null) return undefined;
  const { pid, before, start = "0", nonce: text } = match.groups ?? {};
  const digits = pid ?? before;
  return {
    pid: digits === undefined ? undefined : Number(digits),
    start,
    manifest: text?.length === NONCE_LENGTH ? text : undefined,
  };
}

/** The name of the file that a temporary file of ours was to become; undefined for any other name. */
export function targetNameOf(name: string): string | undefined {
  return /^(.+)\.tmp\.\d+\.s?\d+\.[0-9a-z]+$/s.exec(name)?.[1];
}

/**
 * Whether the writer still runs. Of a name without a place, it is taken for one of this machine;
 * one without a start time that is in use may be anybody's.
 */
export function livenessOfWriter({ pid, start, manifest }: TemporaryName): Liveness {
  if (pid === undefined) return "unknown";
  const here = ownIdentity();
  const place = manifest === undefined ? here : placeOf(manifest, here);
  return livenessOf({ ...place, pid, thread: undefined, start }, here);
}

/** Whether these are all the bytes that the file was to hold; undefined when its name does not tell. */
export function isComplete({ manifest }: TemporaryName, content: Uint8Array): boolean | undefined {
  if (manifest === undefined) return undefined;
  return manifest.startsWith(checksum(content), 3 * TAG_LENGTH);
}

type WriterPlace = Pick<ProcessIdentity, "machine" | "boot" | "namespace">;

function tagsOf({ machine, boot, namespace }: WriterPlace): string {
  return [machine, boot, namespace].map(tag).join("");
}

function placeOf(manifest: string, here: WriterPlace): WriterPlace {
  const [machine, boot, namespace] = [0, 1, 2].map((index) =>
    manifest.slice(index * TAG_LENGTH, (index + 1) * TAG_LENGTH),
  );
  const isBootTold = boot !== tag(UNKNOWN_BOOT);
  return {
    machine: machine === tag(here.machine) ? here.machine : ANOTHER,
    boot: boot === tag(here.boot) ? here.boot : isBootTold ? ANOTHER : UNKNOWN_BOOT,
    namespace: namespace === tag(here.namespace) ? here.namespace : ANOTHER,
  };
}

function tag(text: string): string {
  return hash(text).padStart(TAG_LENGTH, "0").slice(-TAG_LENGTH);
}

function checksum(content: Uint8Array): string {
  // Not loaded by those who only read.
  const { crc32 } = process.getBuiltinModule("node:zlib");
  return crc32(content).toString(36).padStart(CHECKSUM_LENGTH, "0");
}
