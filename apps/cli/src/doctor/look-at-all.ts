import type { Invocation } from "../command.ts";
import { lookInto } from "./could-not-look.ts";
import type { Check, Finding, Found, Severity } from "./finding.ts";
import type { Place } from "./place.ts";

/** What all checks have found, worst first, and what they have looked at. */
export interface LookAtAll {
  readonly found: readonly Found[];
  readonly seen: readonly string[];
}

const ORDER: readonly Severity[] = ["error", "warning", "note"];

/** Never throws: a check that cannot look is a finding of its own, and hides nothing of the others. */
export async function lookAtAll(
  checks: readonly Check[],
  where: Place,
  onFault: Invocation["onFault"],
): Promise<LookAtAll> {
  const place = { ...where, walks: new Map() };
  const looks = [];
  for (const { id, look } of checks) {
    looks.push(await lookInto(`What the check ${id} looks at`, null, () => look(place)));
  }
  const found = looks.flatMap((look) => look.found);
  for (const { fault } of found) if (fault !== undefined) onFault(fault);
  return {
    found: ORDER.flatMap((severity) => unlike(found).filter((one) => one.severity === severity)),
    seen: looks.flatMap(({ seen }) => seen ?? []),
  };
}

/** Two checks that cannot look at one folder say so once. */
function unlike(found: readonly Found[]): Found[] {
  const said = new Set<string>();
  return found.filter(({ id, path, message }) => {
    const key = JSON.stringify([id, path, id === "could-not-look" && path !== null ? "" : message]);
    return !said.has(key) && said.add(key).size > 0;
  });
}

/** What is told of a finding, without the means to mend it. */
export function tellable(found: Found): Finding {
  const { id, severity, path, message, command, advice, fix } = found;
  return { id, severity, path, message, command, advice, fix };
}
