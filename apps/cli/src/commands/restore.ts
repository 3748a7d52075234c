import { printable } from "@x/registry-core/text";

import type { Command, Style } from "../command.ts";
import { CliError } from "../errors/cli-error.ts";
import { leaseOptions, leaseRoot } from "../leases/lease-root.ts";
import { plansRoot } from "../plans/plans-root.ts";
import { restoreLeasesNamed } from "../restore/restorable-leases.ts";
import { mayBePlans, restoredPlans, restorePlansNamed } from "../restore/restorable-plans.ts";
import { listRestorable, type Restorable } from "../restore/restorable.ts";
import { plural } from "../screen/plural.ts";
import { table } from "../screen/table.ts";

export const restore: Command = {
  synopsis: "[<what>]",
  example: ["cabinet restore lease:3", "cabinet restore plans"],
  arguments: 0,
  optionalArguments: 1,
  completes: ["cleared"],
  run: async (invocation) => {
    const [what] = invocation.positionals;
    if (what === undefined) {
      const listed = await listRestorable(invocation);
      return { data: listed, text: (style) => tableOf(listed.restorable, style) };
    }
    if (mayBePlans(what)) {
      const root = await plansRoot(invocation);
      const found = await restorePlansNamed(root.path, what, invocation);
      if (found !== undefined) {
        const { data, text, hint, exitCode } = restoredPlans(found.cleaning, found.restored);
        const lines = text.map(printable).join("\n");
        return { data: { root, restored: data }, text: () => lines, hint, exitCode };
      }
    }
    const root = await leaseRoot(invocation);
    const restored = restoreLeasesNamed(root.path, what, leaseOptions(invocation));
    if (restored === undefined) throw nothingCalled(what);
    const text = `Restored ${restored.what}: ${plural(restored.leases, "lease")}.`;
    return { data: { root, restored }, text: () => printable(text) };
  },
};

function tableOf(restorable: readonly Restorable[], style: Style): string {
  if (restorable.length === 0) return "Nothing can be brought back.";
  const rows = restorable.map((row) => [
    { text: row.what },
    { text: row.cleared_at, paint: style.dim },
    { text: contentOf(row) },
  ]);
  return table(["WHAT", "CLEARED", "HOLDS"], rows, style);
}

function contentOf(row: Restorable): string {
  if ("leases" in row) return plural(row.leases, "lease");
  const plans = row.plans === 0 ? [] : [plural(row.plans, "plan")];
  return [...plans, ...(row.registry ? ["their sessions"] : [])].join(", ");
}

function nothingCalled(what: string): CliError {
  const message = `There is nothing called ${JSON.stringify(what)} to bring back.`;
  const hint = "`cabinet restore` lists what can be brought back.";
  return new CliError("CABINET_NOTHING_TO_RESTORE", message, hint);
}
