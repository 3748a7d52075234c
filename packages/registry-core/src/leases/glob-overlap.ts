import { commonPath } from "./glob-common-path.ts";
import { compileGlob } from "./glob.ts";

/**
 * Whether there is a path that both globs cover, by the rules of `globFault`: exact in both directions.
 * Any path can be a folder here, so a glob that begins with `**` overlaps with every plain path. Throws
 * `GlobError`.
 */
export function globsOverlap(one: string, other: string): boolean {
  return commonPath(compileGlob(one).automaton, compileGlob(other).automaton) !== undefined;
}
