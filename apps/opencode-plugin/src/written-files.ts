/**
 * The files that a call of a tool has written, as it named them: relative to the client's folder or
 * absolute. Which tools a model is offered depends on the model: `write` and `edit`, or
 * `apply_patch`. What a shell command writes is not seen.
 */
export function writtenFiles(tool: string, args: unknown): string[] {
  if (typeof args !== "object" || args === null) return [];
  if (tool === "write" || tool === "edit") {
    return "filePath" in args && typeof args.filePath === "string" ? [args.filePath] : [];
  }
  if (tool === "apply_patch" || tool === "patch") {
    return "patchText" in args && typeof args.patchText === "string"
      ? patchedFiles(args.patchText)
      : [];
  }
  return [];
}

/** The files that a patch adds, changes or moves something to. A deleted file is not written. */
function patchedFiles(patch: string): string[] {
  const headings = patch.matchAll(/^\*\*\* (?:Add File|Update File|Move to): (.+?)\s*$/gm);
  return [...headings].map(([, file = ""]) => file);
}
