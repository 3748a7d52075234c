import { printable } from "@x/registry-core/text";

import type { Style } from "../command.ts";
import { plural } from "../screen/plural.ts";
import type { Finding, Severity } from "./finding.ts";
import type { Fixed } from "./mend-all.ts";

/** What was found, a block each; what was looked at where nothing is wrong. */
export function findingLines(
  findings: readonly Finding[],
  seen: readonly string[],
  style: Style,
): string[] {
  const looked = style.dim(printable(`Looked at ${seen.join(", ")}.`));
  if (findings.length === 0) return ["Nothing is wrong.", looked];
  return [
    ...findings.flatMap((finding) => [...block(finding, style), ""]),
    countsOf(findings),
    looked,
  ];
}

function block(
  { id, severity, path, message, command, advice, fix }: Finding,
  style: Style,
): string[] {
  const lines = [
    `  ${message}`,
    ...(path === null || message.includes(path) ? [] : [`  ${path}`]),
    ...(command === null ? [] : [`  look: ${command}`]),
    ...(advice === null ? [] : [`  next: ${advice}`]),
    ...(fix === null ? [] : [`  --fix: ${fix}`]),
  ];
  return [`${paintOf(severity, style)(severity)}: ${style.bold(id)}`, ...lines.map(printable)];
}

/** In which colour a finding that bad is marked. */
export function paintOf(severity: Severity, { red, yellow, dim }: Style): (text: string) => string {
  return { error: red, warning: yellow, note: dim }[severity];
}

/** As `1 error, 2 warnings`. */
export function countsOf(findings: readonly Finding[]): string {
  const count = (severity: Severity): string[] => {
    const among = findings.filter((finding) => finding.severity === severity).length;
    return among === 0 ? [] : [plural(among, severity)];
  };
  return `${[...count("error"), ...count("warning"), ...count("note")].join(", ")}.`;
}

/** What became of the fixes, a line each. */
export function fixedLines(fixed: readonly Fixed[], style: Style): string[] {
  return fixed.map(({ id, path, fix, outcome, reason }) => {
    const mark = {
      done: style.green("fixed"),
      left: style.dim("left"),
      failed: style.red("failed"),
    };
    const what = reason === null ? fix : reason;
    return `${mark[outcome]}: ${style.bold(id)} ${printable(`${path ?? ""}: ${what}`)}`;
  });
}
