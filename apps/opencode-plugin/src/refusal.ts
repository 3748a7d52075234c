export type RefusalCode = "CABINET_ENV_PROTECTED" | "CABINET_AGENT_HALTED" | "CABINET_WRITE_HELD";

/**
 * What a hook throws on purpose: the tool does not run, and the model reads the message. All else that a hook
 * throws is a fault of ours, and stays away from the session.
 */
export class Refusal extends Error {
  override readonly name: string = "Refusal";
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}
