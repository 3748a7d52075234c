/** The phase in a command that people copy: a text that their shell could act on is left to them. */
export function phaseInCommand(phase: string): string {
  return /^\w[\w.-]*$/.test(phase) ? phase : "<phase>";
}
