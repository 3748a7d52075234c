import { NameError } from "./errors.ts";

// The limit of ext4, APFS and NTFS for one name.
const MAXIMUM_SEGMENT_BYTES = 255;

/**
 * Why `segment` is not one file name inside its folder, undefined when it is: it has no separator of
 * any platform, no control character, and fits. To be asked before a name from a file, an agent or a
 * command line becomes part of a path. (Names that only Windows refuses are not looked for.) Throws a
 * TypeError for what is no text.
 */
export function segmentFault(segment: string): string | undefined {
  if (typeof segment !== "string") throw new TypeError("a name is a text, and none was given");
  if (segment === "") return "it is empty";
  if (segment === "." || segment === "..") return "it names a folder, not a file";
  if (/[/\\]/.test(segment)) return "it holds a path separator";
  if (/\p{Cc}/u.test(segment)) return "it holds a control character";
  if (!segment.isWellFormed()) return "it is not valid Unicode";
  if (Buffer.byteLength(segment) > MAXIMUM_SEGMENT_BYTES) return "it is too long for a file name";
  return undefined;
}

/** Throws `NameError` unless `segment` is one file name, as `segmentFault` has it. */
export function assertPathSegment(segment: string): void {
  const fault = segmentFault(segment);
  if (fault !== undefined) throw new NameError(segment, fault);
}
