import { fileURLToPath } from "node:url";

import { nodeRuntime } from "../../../test/run-typescript.ts";

export type CabinetProgram = "cabinet" | "cabinet-without-privileges";

/** The file of a program that is `cabinet` from sources. */
export function cabinetFile(program: CabinetProgram = "cabinet"): string {
  return fileURLToPath(new URL(`programs/${program}.ts`, import.meta.url));
}

/** The words that start it, without a build. */
export function cabinetWords(program?: CabinetProgram): string[] {
  return [nodeRuntime.command, ...nodeRuntime.flags, cabinetFile(program)];
}

/** Words as a line of a shell. */
export function shellLine(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(" ");
}
