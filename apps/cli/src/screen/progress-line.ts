import type { Invocation } from "../command.ts";
import { progressBar } from "./progress-bar.ts";

export interface Progress {
  readonly done: number;
  readonly total: number;
}

// 20 times a second: more often nobody sees, and a slow terminal would hold up the work.
const SHORTEST_PAUSE_MILLISECONDS = 50;

/**
 * Work with a bar on the terminal that tells how much of it is done, gone when it ends, however it ends. Without a
 * terminal on stderr, and with --quiet, nothing is shown.
 */
export async function withProgress<R>(
  { host, options, now }: Pick<Invocation, "host" | "options" | "now">,
  label: string,
  work: (onProgress: (progress: Progress) => void) => Promise<R>,
): Promise<R> {
  const draw = options["quiet"] === true ? undefined : host.drawLine;
  let drawnAt: number | undefined;
  const onProgress = ({ done, total }: Progress): void => {
    const time = now().getTime();
    // A clock that was set back does not stop it.
    const passed = drawnAt === undefined ? Infinity : Math.abs(time - drawnAt);
    if (draw === undefined || passed < SHORTEST_PAUSE_MILLISECONDS) return;
    drawnAt = time;
    draw(`${label} ${progressBar(done, total)} (${done} of ${total})`);
  };
  try {
    return await work(onProgress);
  } finally {
    if (drawnAt !== undefined) draw?.("");
  }
}
