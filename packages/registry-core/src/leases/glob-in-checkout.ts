import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, parse, relative, sep } from "node:path";

import { isWithin, realPathOf } from "../real-path.ts";
import { GlobError, globFault, literalGlob, normalizeGlob } from "./glob.ts";

/** Where globs are given, and the top that they are stored relative to; both are real paths. */
export interface GlobPlace {
  readonly top: string;
  /** `top`, or a folder below. */
  readonly from: string;
  /** As `process.platform` has it. */
  readonly platform: string;
}

/**
 * The glob or path that somebody gives in a folder, relative to the checkout's top. Links are followed
 * as far as names are plain, but for one that leads out of the checkout: it means itself. So does what
 * is there under that very name, such as `app/[id]/page.ts`. Throws `GlobError`, also for what lies
 * outside of the checkout.
 */
export function globInCheckout(given: string, place: GlobPlace): string {
  const text = place.platform === "win32" ? given.replaceAll("\\", "/") : given;
  const glob = seenFromTop(text, place);
  const fault = glob === undefined ? "it leads out of the checkout" : globFault(glob);
  if (glob === undefined || fault !== undefined) throw new GlobError(given, fault ?? "");
  return normalizeGlob(glob);
}

/** Undefined for what is not below the top. */
function seenFromTop(text: string, { top, from }: GlobPlace): string | undefined {
  const root = isAbsolute(text) ? parse(text).root : "";
  const isThere = existsSync(root === "" ? `${from}${sep}${text}` : text);
  const names = text.slice(root.length).split("/");
  const place = follow(names, root === "" ? from : root, top, isThere);
  if (place === undefined) return undefined;
  const folders = relative(top, place.folder).split(sep).filter(Boolean);
  const rest = isThere ? place.rest.map(literalGlob) : place.rest;
  return [...folders.map(literalGlob), ...rest].join("/") || "**";
}

/** What of a path is there, as its real path, and the names behind it. */
interface Followed {
  readonly folder: string;
  readonly rest: readonly string[];
}

/** Where the names lead; undefined for what is not below the top. */
function follow(
  names: readonly string[],
  start: string,
  top: string,
  isThere: boolean,
): Followed | undefined {
  let folder = start;
  const missing: string[] = [];
  let exit: Followed | undefined;
  // Above the checkout there is nothing that a glob could be about.
  let isBelow = isWithin(top, start);
  for (const [index, name] of names.entries()) {
    if (name === "" || name === ".") continue;
    if (!isThere && isBelow && /[\\*?[{]/.test(name)) {
      missing.push(...names.slice(index));
      break;
    }
    const next = missing.length === 0 ? step(folder, name) : undefined;
    if (next === undefined) {
      if (name === "..") missing.pop();
      else missing.push(name);
      continue;
    }
    const isLeft = isWithin(top, folder) && !isWithin(top, next);
    if (isLeft) exit = name === ".." ? undefined : { folder, rest: names.slice(index) };
    folder = next;
    isBelow ||= isWithin(top, folder);
  }
  return isWithin(top, folder) ? { folder, rest: missing } : exit;
}

/** As the system takes a step, also to what is above the folder that a link has led to. */
function step(folder: string, name: string): string | undefined {
  if (name === "..") return dirname(folder);
  // Whoever writes a glob may have escaped the names of the folders above the checkout, too.
  return (
    realPathOf(join(folder, name)) ?? realPathOf(join(folder, name.replaceAll(/\\(.)/g, "$1")))
  );
}
