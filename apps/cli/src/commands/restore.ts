import type { Command, Style } from "../command.ts";
import { CliError } from "../errors.ts";
import { leaseOptions, leaseRoot } from "../lease-root.ts";
import { plural } from "../plural.ts";
import { printable } from "../printable.ts";
import {
  listRestorableLeases,
  type RestorableLeases,
  restoreLeasesNamed,
} from "../restorable-leases.ts";
import { table } from "../table.ts";

export const restore: Command = {
  synopsis: "[<what>]",
  example: "cabinet restore lease:3",
  arguments: 0,
  optionalArguments: 1,
  run: async (invocation) => {
    const [what] = invocation.positionals;
    const root = await leaseRoot(invocation);
    const options = leaseOptions(invocation);
    if (what === undefined) {
      const restorable = listRestorableLeases(root.path, options);
      return { data: { root, restorable }, text: (style) => tableOf(restorable, style) };
    }
    const restored = restoreLeasesNamed(root.path, what, options);
    if (restored === undefined) throw nothingCalled(what);
    const text = `Restored ${restored.what}: ${plural(restored.leases, "lease")}.`;
    return { data: { root, restored }, text: () => printable(text) };
  },
};

function tableOf(restorable: readonly RestorableLeases[], style: Style): string {
  if (restorable.length === 0) return "Nothing can be brought back.";
  const rows = restorable.map(({ what, cleared_at, leases }) => [
    { text: what },
    { text: cleared_at, paint: style.dim },
    { text: String(leases) },
  ]);
  return table(["WHAT", "CLEARED", "LEASES"], rows, style);
}

function nothingCalled(what: string): CliError {
  const message = `There is nothing called ${JSON.stringify(what)} to bring back.`;
  const hint = "`cabinet restore` lists what can be brought back.";
  return new CliError("CABINET_NOTHING_TO_RESTORE", message, hint);
}
