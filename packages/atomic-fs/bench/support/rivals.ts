import fs from "node:fs";

const manifest: { devDependencies: Record<string, string> } = JSON.parse(
  fs.readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
);

/** The rival with its version. */
export function nameOf(rival: string): string {
  return `${rival} ${manifest.devDependencies[rival]}`;
}
