import { mkdirSync } from "node:fs";

import { journalFolderOf } from "@x/tracker/host";

import { emptyPlace, type Place } from "./place.ts";
import { preparedPlace, writeIn } from "./prepared-place.ts";
import { HOSTILE, KIND } from "./texts.ts";

/** What a checkout is like. */
export interface Condition {
  readonly open: () => Promise<Place>;
  /** Of a damaged registry or journal, which is set aside by whoever meets it first. */
  readonly setsAside?: true;
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

const damaged =
  (...damages: readonly Damage[]): Condition["open"] =>
  async () => {
    const place = await preparedPlace(KIND);
    for (const one of damages) one(place);
    return place;
  };

export const CONDITIONS: Readonly<Record<string, Condition>> = {
  "in a sound checkout": { open: damaged() },
  "in an empty folder outside git": { open: async () => emptyPlace() },
  "where the registry of plans is damaged": { open: damaged(damagePlans), setsAside: true },
  "where the registry of leases is damaged": { open: damaged(damageLeases), setsAside: true },
  "where specs and phases are damaged": { open: damaged(damageSpecs) },
  "where the run is damaged": { open: damaged(damageRun) },
  "where the record is damaged": { open: damaged(damageRecord) },
  "where a journal is damaged": { open: damaged(damageJournal), setsAside: true },
  "where everything is damaged": {
    open: damaged(damagePlans, damageLeases, damageSpecs, damageRun, damageRecord, damageJournal),
    setsAside: true,
  },
  "where agents have written what terminals act on": { open: async () => preparedPlace(HOSTILE) },
};
