/** Of every file that is made: for its owner only. */
export const PRIVATE_MODE = 0o600;
