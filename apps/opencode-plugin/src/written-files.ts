import { textOf } from "./payload.ts";

/**
 * The files that a call of a tool has written, as it named them: relative to the client's folder or
 * absolute. Which tools a model is offered depends on the model: `write` and `edit`, or
 * `apply_patch`. What a shell command writes is not seen.
 */
export function writtenFiles(tool: string, args: unknown): string[] {
  return changedFiles(tool, args).flatMap(({ path, isDeleted }) => (isDeleted ? [] : [path]));
}

/** The same, with what a patch deletes. */
export function changedFiles(tool: string, args: unknown): ChangedFile[] {
  if (tool === "write" || tool === "edit" || tool === "multiedit") {
    const path = textOf(args, "filePath");
    return path === undefined ? [] : [{ path, isDeleted: false }];
  }
  if (tool !== "apply_patch" && tool !== "patch") return [];
  return patchedFiles(textOf(args, "patchText") ?? "");
}

export interface ChangedFile {
  readonly path: string;
  /** Whether there is nothing at this path any more. */
  readonly isDeleted: boolean;
}

const HEADING = /^\*\*\* (Add File|Update File|Delete File|Move to):(.*)$/gm;

/** What a patch changes, in its order. Blanks around a path are none of it, as for the client. */
export function patchedFiles(patch: string): ChangedFile[] {
  const files: ChangedFile[] = [];
  for (const [, change, written = ""] of patch.matchAll(HEADING)) {
    const path = written.trim();
    if (path !== "") files.push({ path, isDeleted: change === "Delete File" });
  }
  return files;
}
