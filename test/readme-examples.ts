import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../scripts/workspace.mjs";

/** A TypeScript example of a README, and the lines that it says it prints, in order. */
export interface ReadmeExample {
  readonly title: string;
  readonly code: string;
  readonly prints: readonly string[];
}

/** The examples in the README of the package in that folder (relative to the root). */
export function readmeExamples(folder: string): ReadmeExample[] {
  return fencedBlocks(folder, "ts").map((code, index) => ({
    title: `${folder}/README.md, example ${index + 1}`,
    code,
    prints: [...code.matchAll(/^ *(?:.*\) )?console\.log\(.*\); \/\/ (.+)$/gm)].map(
      ([, text = ""]) => text,
    ),
  }));
}

/** What the README says to install with npm: the words behind `npm install`, of all such lines (without a comment). */
export function installedByReadme(folder: string): string[] {
  return fencedBlocks(folder, "sh").flatMap((code) =>
    [...code.matchAll(/^npm install ([^#\n]+)/gm)].flatMap(([, words = ""]) =>
      words.trim().split(/ +/),
    ),
  );
}

function fencedBlocks(folder: string, language: string): string[] {
  const readme = readFileSync(join(root, folder, "README.md"), "utf8");
  const blocks = readme.matchAll(/^(`{3,})(\w+)\n(.*?)^\1$/gms);
  return [...blocks].filter(([, , word]) => word === language).map(([, , , code = ""]) => code);
}
