import { existsSync, renameSync, rmSync } from "node:fs";

/**
 * Puts a folder in the place of `dist` of the package in the current folder.
 *
 * @param {string} output
 */
export function putInPlace(output) {
  const former = `.dist-${process.pid}-former`;
  if (existsSync("dist")) renameSync("dist", former);
  renameSync(output, "dist");
  rmSync(former, { recursive: true, force: true });
}
