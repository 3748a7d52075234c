import { segmentFault } from "@x/registry-core";

import { SpecNameError } from "./errors.ts";

// Folders and files of .planning/ that are not specs.
const RESERVED: ReadonlySet<string> = new Set([
  "phases",
  "roadmap.md",
  ".active",
  ".local",
  ".gitignore",
]);
// What git is told not to show: see `git-ignore.ts`.
const HIDDEN = /\.lock(?:\.next)?$|\.tmp\./i;

// Devices, whatever the ending: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
const WINDOWS_FORBIDDEN = /[<>:"|?*]/;

/** Throws `SpecNameError` unless a spec of that name can have a folder, on any platform; a TypeError for no text. */
export function assertSpecName(name: string): void {
  const fault = specNameFault(name);
  if (fault !== undefined) throw new SpecNameError(name, fault);
}

/** Whether a spec of that name can have a folder, on any platform. */
export function isSpecName(name: string): boolean {
  return specNameFault(name) === undefined;
}

function specNameFault(name: string): string | undefined {
  const fault = segmentFault(name);
  if (fault !== undefined) return fault;
  if (name.trim() !== name) return "it starts or ends with a space";
  if (name.endsWith(".")) return "it ends with a dot";
  if (RESERVED.has(name.toLowerCase())) return "Cabinet uses it itself";
  if (name.startsWith(".")) return "it starts with a dot, which hides its folder";
  if (HIDDEN.test(name)) return "git would not show it: it looks like a lock or a temporary file";
  if (WINDOWS_DEVICE.test(name)) return "it is a device on Windows";
  if (WINDOWS_FORBIDDEN.test(name)) return "it holds a character that Windows does not allow";
  return undefined;
}
