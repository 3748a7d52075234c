/** Who is at work for longer is not waited for: what is left, the next fix finds. */
export const LOCK_PATIENCE = { timeoutMilliseconds: 1_000 } as const;
