import fs, { type BigIntStats } from "node:fs";

import { deepFreeze } from "./deep-freeze.ts";
import { errnoOf, reasonOf } from "./errno.ts";
import { RegistryError } from "./errors.ts";
import { isObject, isRecord } from "./is-record.ts";
import type { Schema } from "./schema.ts";

/** What a registry's file holds. */
export interface Content<V> {
  /** As it was read; undefined when there is no file, or one that cannot be used. */
  readonly raw: unknown;
  /** What the schema makes of it, frozen. */
  readonly value: V;
}

// Ten thousand sessions are 2 MB. What is larger was not written by us, and is not worth the memory.
const MAXIMUM_BYTES = 32 * 1024 * 1024;

// To write, to copy and to compare goes by recursion: so many levels fit into the stack of each.
const MAXIMUM_LEVELS = 1_000;

/**
 * What lies there, all links followed; undefined when there is nothing. Throws `REGISTRY_UNREADABLE`,
 * and `REGISTRY_CORRUPT` for what is too large.
 */
export function statRegistry(path: string): BigIntStats | undefined {
  let stats: BigIntStats | undefined;
  try {
    stats = fs.statSync(path, { bigint: true, throwIfNoEntry: false });
    if (stats?.isFile() === false) throw new Error("it is not a file");
  } catch (error) {
    throw unreadable(path, error);
  }
  if (stats !== undefined && stats.size > MAXIMUM_BYTES) {
    const reason = `it is too large (${stats.size} bytes)`;
    throw new RegistryError("REGISTRY_CORRUPT", path, reason);
  }
  return stats;
}

/** The bytes of a registry that `statRegistry` has seen; undefined when it is gone by now. */
export function readBytes(
  path: string,
  read: () => Uint8Array | undefined,
): Uint8Array | undefined {
  try {
    return read();
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    // What the system said of a file under its lock is behind an error of the lock's package.
    const isWrapped = error instanceof Error && error.cause !== undefined;
    throw unreadable(path, isWrapped ? error.cause : error);
  }
}

function unreadable(path: string, error: unknown): RegistryError {
  return new RegistryError("REGISTRY_UNREADABLE", path, reasonOf(error), error);
}

// Invalid UTF-8 is refused: read leniently, it would be lost at the next write.
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Throws `REGISTRY_CORRUPT` for what is not UTF-8. */
export function decodeText(path: string, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new RegistryError("REGISTRY_CORRUPT", path, "it is not valid UTF-8", error);
  }
}

/** Throws `REGISTRY_CORRUPT` for what is no JSON, and for what does not fit the schema. */
export function parseContent<V>(path: string, text: string, schema: Schema<V>): Content<V> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw new RegistryError("REGISTRY_CORRUPT", path, "it is not valid JSON", error);
  }
  if (isDeeperThan(MAXIMUM_LEVELS, raw)) {
    throw new RegistryError("REGISTRY_CORRUPT", path, "it is nested too deeply");
  }
  try {
    return { raw, value: deepFreeze(schema.parse(raw)) };
  } catch (error) {
    throw new RegistryError("REGISTRY_CORRUPT", path, complaintOf(error), error);
  }
}

/**
 * The text of a registry, that of `JSON.stringify` with two spaces. Throws `REGISTRY_FULL` and
 * `REGISTRY_VALUE_INVALID` for what could not be read again.
 */
export function encodeContent(path: string, raw: unknown): string {
  if (isDeeperThan(MAXIMUM_LEVELS, raw)) {
    throw new RegistryError("REGISTRY_VALUE_INVALID", path, "it is nested too deeply");
  }
  const text = `${JSON.stringify(raw, null, 2)}\n`;
  const size = Buffer.byteLength(text);
  if (size <= MAXIMUM_BYTES) return text;
  const reason = `it would grow to ${size} bytes, beyond ${MAXIMUM_BYTES}`;
  throw new RegistryError("REGISTRY_FULL", path, reason);
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (!isObject(value)) return false;
  if (levels === 0) return true;
  return Object.keys(value).some((key) => isDeeperThan(levels - 1, value[key]));
}

/** What a schema complains of, in one line. (The message of a ZodError is a whole document.) */
export function complaintOf(error: unknown): string {
  const issues = error instanceof Error && "issues" in error ? error.issues : undefined;
  const issue: unknown = Array.isArray(issues) ? issues[0] : undefined;
  if (!isRecord(issue)) return reasonOf(error);
  const path = Array.isArray(issue["path"]) ? issue["path"].map(String).join(".") : "";
  return `${path === "" ? "it" : path}: ${String(issue["message"])}`;
}
