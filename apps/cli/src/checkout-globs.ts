import { existsSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";

import { globFault, literalGlob, normalizeGlob } from "@x/registry-core/leases";

import { CliError } from "./errors.ts";

/** Where globs are given, and the top that they are stored relative to. */
export interface GlobPlace {
  readonly top: string;
  /** `top`, or a folder below. */
  readonly from: string;
  readonly platform: NodeJS.Platform;
}

/**
 * The glob or path that a person gives in a folder, relative to the checkout's top. What is there under
 * that very name, such as `app/[id]/page.ts`, means itself. Throws `CABINET_USAGE`, also for what lies
 * outside of the checkout.
 */
export function globInCheckout(given: string, { top, from, platform }: GlobPlace): string {
  const text = platform === "win32" ? given.replaceAll("\\", "/") : given;
  const names = existsSync(resolve(from, text)) ? literalGlob(text) : text;
  const glob = isAbsolute(text)
    ? below(literalGlob(slashed(top)), names)
    : joined(top, from, names);
  const fault = glob === undefined ? "it leads out of the checkout" : globFault(glob);
  if (glob !== undefined && fault === undefined) return normalizeGlob(glob);
  const hint = `Globs and paths are relative to the current folder, and lie in ${top}.`;
  throw new CliError("CABINET_USAGE", `"${given}" cannot be used: ${fault}.`, hint);
}

/** Undefined for what is not below the top. */
function below(top: string, path: string): string | undefined {
  if (path === top) return "**";
  return path.startsWith(`${top}/`) ? path.slice(top.length + 1) : undefined;
}

/** Folders that are left again are taken out, as far as `..` stands at the front. */
function joined(top: string, from: string, glob: string): string | undefined {
  const folders = slashed(relative(top, from)).split("/").filter(Boolean);
  const segments = glob.split("/");
  while (segments[0] === "." || segments[0] === "..") {
    if (segments.shift() === ".") continue;
    if (folders.pop() === undefined) return undefined;
  }
  return [...folders.map(literalGlob), ...segments].join("/") || "**";
}

function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}
