import type { Activity, Position } from "./activity.ts";

/** An open database of activities, in whatever engine. */
export interface Engine {
  /** What is not to be measured, before one of the writes of these. */
  readonly prepare?: (activities: readonly Activity[]) => void;
  /** All in one transaction, within the turn of the event loop. */
  readonly write: (activities: readonly Activity[]) => void;
  /** The same, awaited, where the engine has it. */
  readonly writeAwaited?: (activities: readonly Activity[]) => Promise<unknown>;
  /** Each in a transaction of its own, all of them asked for at once where the engine can. */
  readonly writeEach: (activities: readonly Activity[]) => Promise<unknown>;
  readonly get: (position: Position) => Activity | undefined;
  readonly getAwaited?: (position: Position) => Promise<Activity | undefined>;
  /** The last ones of the agent, the newest first. */
  readonly last: (agent: string, limit: number) => readonly Activity[];
  readonly lastAwaited?: (agent: string, limit: number) => Promise<readonly Activity[]>;
  readonly close: () => Promise<void>;
}

export interface EngineOptions {
  /** Whether what is written survives a power cut. */
  readonly isDurable: boolean;
}

export interface EngineKind {
  readonly name: string;
  readonly open: (path: string, options: EngineOptions) => Promise<Engine>;
}
