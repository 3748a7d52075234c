/** A name that cannot be a spec's. Nothing was read or written. */
export class SpecNameError extends Error {
  override readonly name = "SpecNameError";
  readonly code = "PLANNING_NAME_UNSAFE";
  readonly value: string;
  readonly reason: string;

  constructor(value: string, reason: string) {
    super(`the spec name ${JSON.stringify(value)} cannot be used: ${reason}`);
    this.value = value;
    this.reason = reason;
  }
}
