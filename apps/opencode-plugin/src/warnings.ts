import { setTimeout as wait } from "node:timers/promises";
import { isMainThread } from "node:worker_threads";

import { printable } from "@x/registry-core/text";

import { createHookWork } from "./hook-work.ts";
import type { Client, LogEntry } from "./opencode.ts";

/** Where the plugin says what the user should know. */
export interface Warnings {
  /** Says it once for each key (default: the message) in the client's log, and in a toast where these are on. */
  warn(message: string, key?: string): void;
  /** What is worth a line in the log, and no toast. */
  note(message: string): void;
  /** Somebody looks at the client now: toasts that came before are shown. */
  beginShowing(): void;
  /** Resolves when the client has all of it, and what it has is in its log; or after a time. */
  settled(): Promise<void>;
}

export interface WarningsOptions {
  readonly client: Client | undefined;
  readonly hasToasts: boolean;
}

// The client's log and its toasts are requests to itself. Nobody waits for them but the end.
const LIMIT_MILLISECONDS = 1_000;
// The client writes its log out once a second, and at its end what is left is lost. In a terminal plugins are in a
// worker, whose end it breaks off after five seconds; elsewhere it waits for them, and a slow disk has its time (seen
// with 1.18.33).
const WRITTEN_OUT_MILLISECONDS = isMainThread ? 2_000 : 1_200;

// Of one client. Who has read so many reads no more of them.
const MOST_KINDS = 1_000;

/** What fails here fails silently: there is nowhere else to say it. */
export function createWarnings({ client, hasToasts }: WarningsOptions): Warnings {
  const requests = createHookWork(() => undefined);
  const said = new Set<string>();
  let waiting: string[] | undefined = [];
  let lastLogged = -Infinity;
  const log = (level: LogEntry["level"], message: string): void => {
    // The client's file shows the message alone: it has to say whose it is.
    const body = { service: "cabinet", level, message: `cabinet: ${message}` };
    void requests.run(async () => {
      if (client?.app?.log === undefined) return;
      await client.app.log({ body });
      lastLogged = performance.now();
    }, LIMIT_MILLISECONDS);
  };
  const toast = (message: string): void => {
    const body = { title: "Cabinet", message, variant: "warning" } as const;
    void requests.run(async () => {
      await client?.tui?.showToast?.({ body });
    }, LIMIT_MILLISECONDS);
  };
  return {
    warn: (text, key = text) => {
      if (said.has(key) || said.size >= MOST_KINDS) return;
      said.add(key);
      const message = printable(text);
      log("warn", message);
      if (!hasToasts) return;
      if (waiting === undefined) toast(message);
      else waiting.push(message);
    },
    note: (text) => log("info", printable(text)),
    beginShowing: () => {
      const before = waiting ?? [];
      waiting = undefined;
      for (const message of before) toast(message);
    },
    settled: async () => {
      await requests.settled(LIMIT_MILLISECONDS);
      const left = lastLogged + WRITTEN_OUT_MILLISECONDS - performance.now();
      // A timer counts whole milliseconds, and may come one too early.
      if (left > 0) await wait(Math.ceil(left) + 1);
    },
  };
}
