const PHASE_STATUSES = ["not_started", "in_progress", "done"] as const;

/** Where a phase stands. The roadmap shows it as `[ ]`, `[-]` and `[x]`. */
export type PhaseStatus = (typeof PHASE_STATUSES)[number];

/** The words by which a status can be asked for. */
export const PHASE_STATUS_WORDS = ["not_started", "todo", "in_progress", "done"] as const;

/** A status as people ask for it: `todo` is another word for `not_started`. */
export type PhaseStatusWord = (typeof PHASE_STATUS_WORDS)[number];

const STATUS_OF_WORD = {
  not_started: "not_started",
  todo: "not_started",
  in_progress: "in_progress",
  done: "done",
} as const satisfies Record<PhaseStatusWord, PhaseStatus>;

const MARKERS = { not_started: " ", in_progress: "-", done: "x" } as const satisfies Record<
  PhaseStatus,
  string
>;

/** Whether the text is a word that `setPhaseStatus` takes: one of `PHASE_STATUS_WORDS`. */
export function isPhaseStatusWord(word: string): word is PhaseStatusWord {
  return Object.hasOwn(STATUS_OF_WORD, word);
}

export function statusOfWord(word: PhaseStatusWord): PhaseStatus {
  return STATUS_OF_WORD[word];
}

/** The character between the brackets. */
export function markerOf(status: PhaseStatus): string {
  return MARKERS[status];
}

/** Undefined for what is no marker. A capital X is one, too. */
export function statusOfMarker(marker: string): PhaseStatus | undefined {
  return PHASE_STATUSES.find((status) => MARKERS[status] === marker.toLowerCase());
}
