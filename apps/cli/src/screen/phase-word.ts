/** A name as a word of a command that people copy; undefined for one that their shell could act on. */
export function commandWord(name: string): string | undefined {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(name) ? name : undefined;
}

/** The phase in a command that people copy: a text that their shell could act on is left to them. */
export function phaseWord(phase: string): string {
  return commandWord(phase) ?? "<phase>";
}

/** The phase in a sentence: set apart where it is not one plain word. */
export function phaseLabel(phase: string): string {
  return commandWord(phase) ?? JSON.stringify(phase);
}

/** As `phase 3 (epoch 4)`; leases of older tools have no epoch. */
export function leaseLabel({
  phase_id,
  epoch,
}: {
  readonly phase_id: string;
  readonly epoch?: number;
}): string {
  return `phase ${phaseLabel(phase_id)}${epoch === undefined ? "" : ` (epoch ${epoch})`}`;
}
