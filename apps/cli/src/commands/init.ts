import { relative, sep } from "node:path";

import { printable } from "@x/registry-core/text";
import { isWithin, type Root } from "@x/registry-core/workspace";

import type { Command, Invocation, Outcome, Style } from "../command.ts";
import { assertWritable } from "../init/assert-place.ts";
import { planningIgnoreFile, plansIgnoreFile } from "../init/ignore-files.ts";
import type { PluginPlace } from "../init/opencode-config.ts";
import { readBounded } from "../init/read-bounded.ts";
import { type FileOutcome, outcomeOf, type SetupFile } from "../init/setup-file.ts";
import { findSetupRoots } from "../init/setup-roots.ts";
import { writeSetupFile } from "../init/write-setup-file.ts";
import { table } from "../screen/table.ts";

export const init: Command = {
  synopsis: "",
  example: ["cabinet init --dry-run", "cabinet init"],
  arguments: 0,
  options: {
    "dry-run": { type: "boolean", summary: "Say what would be done, and change nothing" },
    "skip-opencode": { type: "boolean", summary: "Leave the configuration of OpenCode alone" },
  },
  run: async (invocation) => {
    const { checkout, plans } = await findSetupRoots(invocation);
    const dryRun = invocation.options["dry-run"] === true;
    const place = await pluginPlace(invocation, checkout);
    const setup = [planningIgnoreFile(checkout.path), plansIgnoreFile(plans.path)];
    if (place !== undefined && place.state !== "global") setup.push(place.file);
    const seen = setup.map(look);
    const files = dryRun ? seen : setup.map((file, index) => writeMissing(file, seen[index]));
    return outcomeFor({ root: checkout, dryRun, files, place });
  },
};

/** Loads the parser where it is needed; undefined: the configuration is not ours to look at. */
async function pluginPlace(
  { options, env, onWarning }: Invocation,
  { path }: Root,
): Promise<PluginPlace | undefined> {
  if (options["skip-opencode"] === true) return undefined;
  const { findPluginPlace } = await import("../init/opencode-config.ts");
  return findPluginPlace(path, env, onWarning);
}

/** What would become of the file. Throws what would keep it from being written. */
function look(file: SetupFile): FileOutcome {
  const bytes = readBounded(file.path);
  const outcome = outcomeOf(file.path, bytes, file.addTo(bytes));
  if (outcome.action !== "unchanged") assertWritable(file.path);
  return outcome;
}

/** A file that lacks nothing is not locked either. */
function writeMissing(file: SetupFile, seen: FileOutcome | undefined): FileOutcome {
  return seen?.action === "unchanged" ? seen : writeSetupFile(file);
}

interface SetUp {
  readonly root: Root;
  readonly dryRun: boolean;
  readonly files: readonly FileOutcome[];
  readonly place: PluginPlace | undefined;
}

function outcomeFor({ root, dryRun, files, place }: SetUp): Outcome {
  const path = place?.file.path ?? null;
  const state = pluginState(place, files);
  const isDone = files.every(({ action }) => action === "unchanged");
  const ofUser = state === "global" ? [`${path} names the plugin for all projects.`] : [];
  return {
    data: { root, dryRun, files, plugin: { state, path } },
    text: (style) => {
      const where = printable(root.path);
      if (isDone) return `Everything is set up already in ${where}.`;
      return [`In ${where}:`, fileTable(root.path, files, dryRun, style)].join("\n");
    },
    hint: [...ofUser, ...(isDone ? [] : nextSteps(dryRun, state === "added"))],
  };
}

function pluginState(place: PluginPlace | undefined, files: readonly FileOutcome[]): string {
  if (place === undefined) return "skipped";
  if (place.state !== "missing") return place.state;
  // Somebody else may have added it meanwhile.
  const { path } = place.file;
  const isAdded = files.some((file) => file.path === path && file.action !== "unchanged");
  return isAdded ? "added" : "present";
}

function nextSteps(dryRun: boolean, isPluginNew: boolean): string[] {
  if (dryRun) return ["Nothing was changed; `cabinet init` does it."];
  return [
    ...(isPluginNew ? ["OpenCode loads the plugin when it is started next."] : []),
    "`cabinet status` shows where things stand.",
  ];
}

function fileTable(
  root: string,
  files: readonly FileOutcome[],
  dryRun: boolean,
  style: Style,
): string {
  const rows = files.map(({ path, action, adds }) => {
    const isUnchanged = action === "unchanged";
    const done = dryRun && !isUnchanged ? `would be ${action}` : action;
    return [
      { text: shownPath(root, path) },
      { text: done, paint: isUnchanged ? style.dim : style.green },
      { text: adds.join(" ") || "-" },
    ];
  });
  return table(["FILE", "STATE", "ADDED"], rows, style);
}

function shownPath(root: string, path: string): string {
  return isWithin(root, path) ? relative(root, path).split(sep).join("/") : path;
}
