/** Throws a TypeError for what is no id of a session: empty, or no text that a file can hold. */
export function assertSessionID(sessionID: string): void {
  if (typeof sessionID !== "string" || sessionID.trim() === "" || !sessionID.isWellFormed()) {
    throw new TypeError(`a session id cannot be ${JSON.stringify(sessionID) ?? typeof sessionID}`);
  }
}
