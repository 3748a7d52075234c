import { dirname } from "node:path";

/** A folder and all that it lies in, the nearest first. */
export function upward(from: string): string[] {
  const folders = [from];
  for (let folder = from; dirname(folder) !== folder; folders.push(folder)) {
    folder = dirname(folder);
  }
  return folders;
}
