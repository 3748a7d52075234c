import fs from "node:fs";
import { join, resolve } from "node:path";

import {
  createFolderSync,
  quarantineFileSync,
  withFileLock,
  writeFileAtomicSync,
} from "@x/atomic-fs";

import { errnoOf, reasonOf } from "../errno.ts";
import { RegistryError, type Warning } from "../errors.ts";
import { plansFolder } from "./plan-file.ts";
import { type RegistryDocument, sessionsOf } from "./session-plan.ts";

/**
 * The registry on disk. Readers take no lock: every write replaces the file as a whole. Writers
 * read again under the lock, and change and replace within one turn of the event loop.
 */
const FILE = ".session-plans.json";

// Ten thousand sessions are 3 MB. What is larger was not written by us, and is not worth the memory.
const MAXIMUM_BYTES = 32 * 1024 * 1024;

export interface UpdateOptions {
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

function registryPath(dir: string): string {
  return join(plansFolder(dir), FILE);
}

/** Throws `RegistryError`: `REGISTRY_CORRUPT` or `REGISTRY_UNREADABLE`. A missing file is empty. */
export function readDocument(dir: string): RegistryDocument {
  const path = registryPath(dir);
  const bytes = readBytes(path);
  return bytes === undefined ? new Map() : parseDocument(path, bytes);
}

/** A pure change of the registry; without `next`, nothing is written. It may run twice. */
export type Step<R> = (document: RegistryDocument) => {
  readonly next?: RegistryDocument;
  readonly result: R;
};

/**
 * Changes the registry by what `step` makes of its newest entries. Atomic, durable and exclusive.
 * A file that is corrupt, or that would lose an entry which is not understood, is set aside first;
 * `onWarning` hears of it once the change is done.
 */
export async function updateDocument<R>(
  dir: string,
  step: Step<R>,
  { onWarning }: UpdateOptions,
): Promise<R> {
  // The current folder may change while the lock is waited for.
  const root = resolve(dir);
  createPlansFolder(root);
  const { result, warning } = await withFileLock(registryPath(root), () => {
    const { document, fault } = readOrFault(root);
    return apply(root, document, step, fault?.reason);
  });
  if (warning !== undefined) onWarning?.(warning);
  return result;
}

function apply<R>(
  dir: string,
  document: RegistryDocument,
  step: Step<R>,
  fault: string | undefined,
): { result: R; warning?: Warning } {
  const { next, result } = step(document);
  if (next === undefined) return { result };
  const text = encodeDocument(next);
  if (text === undefined) {
    if (document.size === 0) throw new TypeError("what is to be written is nested too deeply");
    return apply(dir, new Map(), step, "it is nested too deeply");
  }
  const reason = fault ?? lossBetween(document, next);
  if (reason !== undefined) return { result, warning: replaceAside(dir, text, reason) };
  writeText(dir, text);
  return { result };
}

function lossBetween(document: RegistryDocument, next: RegistryDocument): string | undefined {
  for (const [key, raw] of document) {
    const isLost = next.get(key) !== raw && sessionsOf(key, raw) === undefined;
    if (isLost) return `its entry ${JSON.stringify(key)} is not understood`;
  }
  return undefined;
}

/** Replaces the file, and keeps what it held beside it. When that fails, it also holds it still. */
function replaceAside(dir: string, text: string, reason: string): Warning {
  const path = registryPath(dir);
  assertFits(path, text);
  const aside = quarantineFileSync(path, { keep: true });
  writeText(dir, text);
  const message = `${path}: ${reason}; it was set aside as ${aside}`;
  return { code: "REGISTRY_QUARANTINED", message, path: aside };
}

function writeText(dir: string, text: string): void {
  assertFits(registryPath(dir), text);
  writeFileAtomicSync(registryPath(dir), text);
}

function assertFits(path: string, text: string): void {
  const size = Buffer.byteLength(text);
  if (size <= MAXIMUM_BYTES) return;
  const reason = `it would grow to ${size} bytes, beyond ${MAXIMUM_BYTES}`;
  throw new RegistryError("REGISTRY_FULL", path, reason);
}

/** Undefined when the document cannot be written: its nesting exceeds the stack. */
function encodeDocument(document: RegistryDocument): string | undefined {
  try {
    return `${JSON.stringify(Object.fromEntries(document), null, 2)}\n`;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Creates `.ai`, never the project's own folder. */
function createPlansFolder(dir: string): void {
  try {
    createFolderSync(plansFolder(dir));
  } catch (error) {
    if (!fs.existsSync(dir)) {
      throw new RegistryError("REGISTRY_FOLDER_MISSING", dir, "there is no such folder", error);
    }
    throw error;
  }
}

function readOrFault(dir: string): {
  document: RegistryDocument;
  fault: RegistryError | undefined;
} {
  try {
    return { document: readDocument(dir), fault: undefined };
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code !== "REGISTRY_CORRUPT") throw error;
    return { document: new Map(), fault: error };
  }
}

function readBytes(path: string): Uint8Array | undefined {
  try {
    const stats = fs.statSync(path);
    if (!stats.isFile()) throw new Error("it is not a file");
    if (stats.size > MAXIMUM_BYTES) {
      throw new RegistryError("REGISTRY_CORRUPT", path, `it is too large (${stats.size} bytes)`);
    }
    return fs.readFileSync(path);
  } catch (error) {
    if (error instanceof RegistryError) throw error;
    if (errnoOf(error) === "ENOENT") return undefined;
    throw new RegistryError("REGISTRY_UNREADABLE", path, reasonOf(error), error);
  }
}

function parseDocument(path: string, bytes: Uint8Array): RegistryDocument {
  let value: unknown;
  try {
    // Invalid UTF-8 is refused: read leniently, it would be lost at the next write.
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new RegistryError("REGISTRY_CORRUPT", path, "it is not valid JSON", error);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RegistryError("REGISTRY_CORRUPT", path, "it is not a JSON object");
  }
  return new Map(Object.entries(value));
}
