import fs from "node:fs";

/** Those whose command line names the path: of a fresh folder, those that a test has started. Known on Linux only. */
export function processesNaming(path: string): string[] {
  if (process.platform !== "linux") return [];
  return fs.readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(path);
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}
