import type { Client } from "../../src/opencode.ts";
import { createWarnings, type Warnings } from "../../src/warnings.ts";

export interface WatchedClient {
  readonly client: Client;
  /** What it was given for its log, `<level>: <message>`. */
  readonly logged: string[];
  /** The messages that it was given to show. */
  readonly toasts: string[];
}

/** A client that keeps what it is told. */
export function watchedClient(): WatchedClient {
  const logged: string[] = [];
  const toasts: string[] = [];
  const client: Client = {
    app: { log: ({ body: { level, message } }) => void logged.push(`${level}: ${message}`) },
    tui: { showToast: ({ body: { message } }) => void toasts.push(message) },
  };
  return { client, logged, toasts };
}

/** Warnings that nobody sees but the test. */
export function watchedWarnings(): WatchedClient & { readonly warnings: Warnings } {
  const watched = watchedClient();
  return { ...watched, warnings: createWarnings({ client: watched.client, hasToasts: true }) };
}
