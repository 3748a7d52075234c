import { commonPath } from "./glob-common-path.ts";
import { compileGlob } from "./glob.ts";

/**
 * Whether there is a path that both globs cover, by the rules of `globFault`: exact in both directions.
 * Throws `GlobError`.
 */
export function globsOverlap(one: string, other: string): boolean {
  return commonPath(compileGlob(one).automaton, compileGlob(other).automaton) !== undefined;
}
