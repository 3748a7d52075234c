import { existsSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

import { TrackerError } from "../errors.ts";

/**
 * The program of this package that has the database open for a host, beside the module of that URL. Throws `TrackerError`
 * (`TRACKER_FLUSH_FAILED`) where there is none: in a bundle, whose module lies elsewhere, or (CommonJS) has no URL.
 */
export function ownProgram(moduleUrl: string | undefined): string {
  if (moduleUrl === undefined || !moduleUrl.startsWith("file:")) {
    throw missing("this module does not know where it lies");
  }
  // TypeScript beside TypeScript, JavaScript beside JavaScript. Bundlers take a `new URL` with `import.meta.url` for a file
  // that they are to bring along: that is why the URL comes from elsewhere.
  const program = fileURLToPath(
    new URL(`../lmdb/flush-child${extname(new URL(moduleUrl).pathname)}`, moduleUrl),
  );
  if (!existsSync(program)) throw missing(`there is no ${program}`);
  return program;
}

function missing(reason: string): TrackerError {
  return new TrackerError(
    "TRACKER_FLUSH_FAILED",
    `the program that flushes is not known: ${reason}; in a bundle it has to be named in \`command\``,
  );
}
