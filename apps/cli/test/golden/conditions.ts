import { mkdirSync } from "node:fs";

import { journalFolderOf } from "@x/tracker/host";

import { emptyPlace, type Place } from "./place.ts";
import { preparedPlace, writeIn } from "./prepared-place.ts";
import { HOSTILE, KIND } from "./texts.ts";

/** What a checkout is like. */
export interface Condition {
  readonly open: () => Promise<Place>;
  /** Of a damaged registry or journal, which is set aside by whoever meets it first. */
  readonly setsAside?: boolean;
  /** The names of files that also a command writes which only looks. */
  readonly mayChange?: RegExp;
  /** One case of each command is enough. */
  readonly isBrief?: boolean;
}

// No text, no JSON, no YAML, and something that a terminal would act on.
const DAMAGED = Buffer.concat([
  Buffer.from('{"a": [\u001b[31m\u0000\r\n: - "'),
  Buffer.from([0xff, 0xfe, 0x9b, 0x31, 0x6d]),
]);
const RUN = ".planning/login/.long-run";

type Damage = (place: Place) => void;

const damage =
  (...paths: readonly string[]): Damage =>
  ({ dir }) =>
    writeIn(dir, Object.fromEntries(paths.map((path) => [path, DAMAGED])));

const damagePlans = damage(".ai/.session-plans.json");
const damageLeases = damage(".planning/.local/registry.json", ".planning/.local/epoch-floor");
const damageSpecs: Damage = (place) => {
  damage(
    ".planning/login/status.yaml",
    ".planning/search/status.yaml",
    ".planning/ROADMAP.md",
    ".internal-research/lessons-learned.md",
    "specs/new.md",
  )(place);
  writeIn(place.dir, { ".planning/.active": "gone\n" });
};
const damageRun = damage(
  `${RUN}/agent-history.json`,
  `${RUN}/checkpoint.json`,
  `${RUN}/clarifications.md`,
  `${RUN}/current-agent-id.txt`,
  `${RUN}/executor.json`,
  `${RUN}/ISSUES.md`,
  `${RUN}/STATE.md`,
  `${RUN}/summaries/01-SUMMARY.md`,
);
const damageRecord: Damage = ({ folder }) =>
  writeIn(folder, {
    "records/agents.lmdb": Buffer.concat(Array.from({ length: 400 }, () => DAMAGED)),
  });
const damageJournal: Damage = ({ database }) => {
  const folder = journalFolderOf(database);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeIn(folder, { "abc-def.1.jsonl": DAMAGED });
};

const damaged = (...damages: readonly Damage[]): Condition => ({
  open: async () => {
    const place = await preparedPlace(KIND);
    for (const one of damages) one(place);
    return place;
  },
  isBrief: true,
});
// What waits in a journal is looked at by each command, and what came of it noted.
const JOURNALS = { setsAside: true, mayChange: /^records[/\\]agents\.lmdb(?:\.agents\.json)?$/ };

export const CONDITIONS: Readonly<Record<string, Condition>> = {
  "in a sound checkout": { ...damaged(), isBrief: false },
  "in an empty folder outside git": { open: async () => emptyPlace() },
  "where agents have written what terminals act on": { open: async () => preparedPlace(HOSTILE) },
};

export const DAMAGES: Readonly<Record<string, Condition>> = {
  "where the registry of plans is damaged": { ...damaged(damagePlans), setsAside: true },
  "where the registry of leases is damaged": { ...damaged(damageLeases), setsAside: true },
  "where specs and phases are damaged": damaged(damageSpecs),
  "where the run is damaged": damaged(damageRun),
  "where the record is damaged": damaged(damageRecord),
  "where a journal is damaged": { ...damaged(damageJournal), ...JOURNALS },
  "where everything is damaged": {
    ...damaged(damagePlans, damageLeases, damageSpecs, damageRun, damageRecord, damageJournal),
    ...JOURNALS,
  },
};
